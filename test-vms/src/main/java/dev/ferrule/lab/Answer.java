// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an echo server says about one connection: who it is, which of its addresses was reached and
 * whom it saw calling. The last one shows whether a connection was masqueraded on its way.
 */
public record Answer(String server, String at, String from) {
  private static final Pattern LINE =
      Pattern.compile("^(server|at|from)=(\\S+)$", Pattern.MULTILINE);

  static Answer of(String server, InetSocketAddress at, InetSocketAddress from) {
    return new Answer(server, text(at), text(from));
  }

  /** Reads an answer back from what came over the wire. */
  static Answer parse(String body) throws IOException {
    Map<String, String> said =
        LINE.matcher(body)
            .results()
            .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2), (first, next) -> first));
    String server = said.get("server");
    String at = said.get("at");
    String from = said.get("from");
    if (server == null || at == null || from == null) {
      throw new IOException("not an answer of an echo server: " + body.strip());
    }
    return new Answer(server, at, from);
  }

  String body() {
    return "server=" + server + "\nat=" + at + "\nfrom=" + from + "\n";
  }

  /** The address alone of the caller that the server saw. */
  public String source() {
    Matcher port = Pattern.compile(":\\d+$").matcher(from);
    return port.replaceFirst("").replace("[", "").replace("]", "");
  }

  private static String text(InetSocketAddress address) {
    String host = Addresses.text(address.getAddress());
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
