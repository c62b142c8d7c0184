// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
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
 * @param resetTcp whether TCP connections are reset whose endpoint is gone
 */
public record NodeContext(
    NodeView node,
    Map<IpFamily, List<IpAddress>> nodePortAddresses,
    Map<IpFamily, Cidr> podRanges,
    boolean masqueradeAll,
    boolean resetTcp) {

  public NodeContext {
    nodePortAddresses = Map.copyOf(nodePortAddresses);
    podRanges = Map.copyOf(podRanges);
  }

  public static NodeContext of(NodeView node, ForwardingSettings settings) {
    Map<IpFamily, List<IpAddress>> nodePortAddresses = new EnumMap<>(IpFamily.class);
    Map<IpFamily, Cidr> podRanges = new EnumMap<>(IpFamily.class);
    List<Cidr> ranges = settings.podRangesFromNode() ? node.podCidrs() : settings.podRanges();
    for (IpFamily family : IpFamily.values()) {
      nodePortAddresses.put(family, settings.nodePortAddresses().choose(node, family));
      ranges.stream()
          .filter(range -> range.family() == family)
          .findFirst()
          .ifPresent(range -> podRanges.put(family, range));
    }
    return new NodeContext(
        node, nodePortAddresses, podRanges, settings.masqueradeAll(), settings.resetTcp());
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

  /** Whether a source is neither a Pod nor this node. */
  boolean isOutsider(IpAddress source) {
    Cidr pods = podRanges.get(source.family());
    return !source.isLoopback()
        && (pods == null || !pods.contains(source))
        && !node.interfaceAddresses().contains(source)
        && !node.primaryAddresses().contains(source);
  }
}
