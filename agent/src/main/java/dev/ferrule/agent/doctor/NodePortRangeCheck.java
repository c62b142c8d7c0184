// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.PortRange;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A port that the kernel gave to a connection of the host can be no node port meanwhile. */
final class NodePortRangeCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.NODE_PORT_RANGE;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    String ephemeral = host.text("proc/sys/net/ipv4/ip_local_port_range");
    String reserved = host.text("proc/sys/net/ipv4/ip_local_reserved_ports");
    return List.of(judge(host.configuration().nodePortRange(), ephemeral, reserved));
  }

  /**
   * @param ephemeral {@code 32768 60999}
   * @param reserved {@code 30000-32767,40000}
   */
  static Finding judge(PortRange nodePorts, @Nullable String ephemeral, @Nullable String reserved) {
    if (ephemeral == null) {
      return Topic.NODE_PORT_RANGE.unseen("there is no net.ipv4.ip_local_port_range");
    }
    String[] ends = ephemeral.split("\\s+", -1);
    BitSet taken = new BitSet();
    taken.set(
        Math.max(Integer.parseInt(ends[0]), nodePorts.first()),
        Math.max(
            Math.max(Integer.parseInt(ends[0]), nodePorts.first()),
            Math.min(Integer.parseInt(ends[1]), nodePorts.last()) + 1));
    for (String range :
        reserved == null || reserved.isEmpty() ? new String[0] : reserved.split(",", -1)) {
      String[] limits = range.split("-", 2);
      taken.clear(Integer.parseInt(limits[0]), Integer.parseInt(limits[limits.length - 1]) + 1);
    }
    if (taken.isEmpty()) {
      return Topic.NODE_PORT_RANGE.ok(
          "node ports " + nodePorts + ", ephemeral ports " + ends[0] + "-" + ends[1]);
    }
    return Topic.NODE_PORT_RANGE.found(
        Severity.WARNING,
        taken.cardinality()
            + " of the node ports "
            + nodePorts
            + " are ephemeral ports as well (net.ipv4.ip_local_port_range is "
            + ends[0]
            + "-"
            + ends[1]
            + ") and not reserved (kubernetes/kubernetes#111823)",
        "sysctl -w net.ipv4.ip_local_reserved_ports="
            + (reserved == null || reserved.isEmpty() ? "" : reserved + ",")
            + nodePorts);
  }
}
