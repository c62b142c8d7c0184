// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Sockets that listen, from {@code /proc/net/tcp} and {@code tcp6}. */
final class ListeningPorts {

  private static final String LISTEN = "0A";

  private ListeningPorts() {}

  /** The inode of a socket for each port. */
  static Map<Integer, String> read(Host host) throws IOException {
    Map<Integer, String> ports = new TreeMap<>();
    for (String file : new String[] {"proc/self/net/tcp", "proc/self/net/tcp6"}) {
      String text = host.text(file);
      if (text != null) {
        ports.putAll(parse(text));
      }
    }
    return ports;
  }

  static Map<Integer, String> parse(String text) {
    Map<Integer, String> ports = new TreeMap<>();
    text.lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(words -> words.length > 9 && words[3].equals(LISTEN))
        .forEach(
            words ->
                ports.put(
                    Integer.parseInt(words[1].substring(words[1].lastIndexOf(':') + 1), 16),
                    words[9]));
    return ports;
  }
}
