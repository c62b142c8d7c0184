// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the rules for a Service depend on besides the Service: this node and the settings.
 *
 * @param nodePortAddresses addresses on which NodePorts are open, by family
 * @param podRanges sources that count as Pods, by family; a family without one has no detection
 *     unless there is an interface for it
 * @param podInterface interfaces whose packets count as Pods'; then there are no ranges
 * @param resetTcp whether TCP connections are reset whose endpoint is gone
 */
public record NodeContext(
    NodeView node,
    Map<IpFamily, List<IpAddress>> nodePortAddresses,
    Map<IpFamily, Cidr> podRanges,
    @Nullable PodInterface podInterface,
    boolean masqueradeAll,
    boolean resetTcp) {

  public NodeContext {
    nodePortAddresses = Map.copyOf(nodePortAddresses);
    podRanges = Map.copyOf(podRanges);
  }

  public static NodeContext of(NodeView node, ForwardingSettings settings) {
    Map<IpFamily, List<IpAddress>> nodePortAddresses = new EnumMap<>(IpFamily.class);
    Map<IpFamily, Cidr> podRanges = new EnumMap<>(IpFamily.class);
    List<Cidr> ranges =
        settings.podInterface() != null
            ? List.of()
            : settings.podRangesFromNode() ? node.podCidrs() : settings.podRanges();
    for (IpFamily family : IpFamily.values()) {
      nodePortAddresses.put(family, settings.nodePortAddresses().choose(node, family));
      ranges.stream()
          .filter(range -> range.family() == family)
          .findFirst()
          .ifPresent(range -> podRanges.put(family, range));
    }
    return new NodeContext(
        node,
        nodePortAddresses,
        podRanges,
        settings.podInterface(),
        settings.masqueradeAll(),
        settings.resetTcp());
  }

  /** The address of the family that the Node object gives for this node. */
  @Nullable IpAddress primaryAddress(IpFamily family) {
    return node.primaryAddresses().stream()
        .filter(address -> address.family() == family)
        .findFirst()
        .orElse(null);
  }

  /** Whether connections of this protocol are looked after once they are made. */
  boolean tracks(Protocol protocol) {
    return protocol == Protocol.UDP || (protocol == Protocol.TCP && resetTcp);
  }

  /** Whether Pods of the family can be told from others. */
  public boolean detectsPods(IpFamily family) {
    return podInterface != null || podRanges.containsKey(family);
  }

  /** Whether an address is this node's. */
  public boolean isNode(IpAddress source) {
    return source.isLoopback()
        || node.interfaceAddresses().contains(source)
        || node.primaryAddresses().contains(source);
  }

  /**
   * Whether a source counts as a Pod by its address alone; never where interfaces tell Pods from
   * others.
   */
  public boolean isInPodRange(IpAddress source) {
    Cidr pods = podRanges.get(source.family());
    return pods != null && pods.contains(source);
  }
}
