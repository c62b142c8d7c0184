// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Lets the kernel route what was sent to 127.0.0.1 and translated to an endpoint elsewhere. Our
 * chain FERRULE-MARTIANS keeps out what other hosts send to loopback addresses.
 */
final class LoopbackRouting {

  private static final Path SETTING = Path.of("/proc/sys/net/ipv4/conf/all/route_localnet");

  private LoopbackRouting() {}

  /** Switches it on; to be called when the chain is in force. */
  static void allow(Consumer<String> remarks) {
    try (var file = Files.newInputStream(SETTING)) {
      // The kernel answers a file of this kind in one read.
      byte[] value = file.readNBytes(1);
      if (value.length == 1 && value[0] != '0') {
        return;
      }
    } catch (IOException e) {
      remarks.accept("NodePorts on 127.0.0.1 may not answer: cannot read " + SETTING);
      return;
    }
    try {
      Files.write(SETTING, "1".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      remarks.accept(
          "NodePorts on 127.0.0.1 will not answer: cannot set net.ipv4.conf.all.route_localnet to"
              + " 1 ("
              + e.getMessage()
              + "); set it, or set iptables.localhostNodePorts: false");
    }
  }
}
