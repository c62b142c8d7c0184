// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

final class BridgeCheck implements Check {

  private static final String NAME = "net.bridge.bridge-nf-call-iptables";

  @Override
  public Topic topic() {
    return Topic.BRIDGE;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    List<String> bridges = new ArrayList<>();
    for (String device : host.names("sys/class/net")) {
      if (Files.isDirectory(host.root().resolve("sys/class/net/" + device + "/bridge"))) {
        bridges.add(device);
      }
    }
    return List.of(judge(bridges, host.sysctl(NAME)));
  }

  static Finding judge(List<String> bridges, OptionalLong value) {
    if (bridges.isEmpty()) {
      return Topic.BRIDGE.ok("this host has no bridges");
    }
    String where = "there are bridges (" + String.join(", ", bridges) + ") and ";
    if (value.isEmpty()) {
      return Topic.BRIDGE.found(Severity.WARNING, where + NAME + " is not there: no br_netfilter");
    }
    return value.getAsLong() == 0
        ? Topic.BRIDGE.found(Severity.WARNING, where + NAME + " is 0")
        : Topic.BRIDGE.ok(NAME + " is 1");
  }
}
