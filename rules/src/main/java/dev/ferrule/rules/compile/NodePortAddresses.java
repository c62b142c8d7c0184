// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * On which of the node's addresses NodePorts are open ({@code nodePortAddresses} in
 * KubeProxyConfiguration).
 *
 * @param ranges addresses inside them; a family without a range is not restricted. Empty means the
 *     primary address of each family
 * @param loopback whether 127.0.0.1 counts where the ranges allow it; other loopback addresses
 *     never count
 */
public record NodePortAddresses(List<Cidr> ranges, boolean loopback) {

  private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

  /** Only the Node object's address of each family. */
  public static final NodePortAddresses PRIMARY = new NodePortAddresses(List.of());

  public NodePortAddresses {
    ranges = List.copyOf(ranges);
  }

  /** Without loopback. */
  public NodePortAddresses(List<Cidr> ranges) {
    this(ranges, false);
  }

  /** Whether 127.0.0.1 is among the addresses. */
  public boolean opensLoopback() {
    List<Cidr> mine = ranges.stream().filter(range -> range.family() == IpFamily.IPV4).toList();
    return loopback
        && !ranges.isEmpty()
        && (mine.isEmpty() || mine.stream().anyMatch(range -> range.contains(LOOPBACK)));
  }

  /** Whether there are ranges that leave out some address; primary has none. */
  public boolean hasLimits() {
    return Stream.of(IpFamily.values())
        .map(family -> ranges.stream().filter(range -> range.family() == family).toList())
        .anyMatch(mine -> !mine.isEmpty() && mine.stream().noneMatch(range -> range.prefix() == 0));
  }

  /** The addresses of a family, sorted. A host without a Node object opens all it has. */
  List<IpAddress> choose(NodeView node, IpFamily family) {
    boolean primaryOnly = ranges.isEmpty() && !node.primaryAddresses().isEmpty();
    List<Cidr> mine = ranges.stream().filter(range -> range.family() == family).toList();
    TreeSet<IpAddress> chosen = new TreeSet<>();
    if (!primaryOnly) {
      chosen.addAll(node.interfaceAddresses());
    }
    chosen.addAll(node.primaryAddresses());
    chosen.removeIf(address -> address.family() != family || address.isLoopback());
    if (!mine.isEmpty()) {
      chosen.removeIf(address -> mine.stream().noneMatch(range -> range.contains(address)));
    }
    if (family == IpFamily.IPV4 && opensLoopback()) {
      chosen.add(LOOPBACK);
    }
    return List.copyOf(chosen);
  }
}
