// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.PodInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator chose.
 *
 * @param podRanges sources that count as Pods: the first range of each family is used
 * @param podRangesFromNode take the ranges from the Node object instead (detectLocalMode NodeCIDR)
 * @param podInterface interfaces whose packets count as Pods', whatever their source
 *     (detectLocalMode BridgeInterface or InterfaceNamePrefix); null to go by ranges
 * @param masqueradeAll masquerade every connection to a ClusterIP
 * @param resetTcp reset TCP connections whose endpoint is gone
 */
public record ForwardingSettings(
    NodePortAddresses nodePortAddresses,
    List<Cidr> podRanges,
    boolean podRangesFromNode,
    @Nullable PodInterface podInterface,
    boolean masqueradeAll,
    boolean resetTcp) {

  /** What holds without a configuration file. */
  public static final ForwardingSettings DEFAULT =
      new ForwardingSettings(NodePortAddresses.PRIMARY, List.of(), false, null, false, false);

  public ForwardingSettings {
    podRanges = List.copyOf(podRanges);
  }

  /** Settings that tell Pods by their addresses. */
  public ForwardingSettings(
      NodePortAddresses nodePortAddresses,
      List<Cidr> podRanges,
      boolean podRangesFromNode,
      boolean masqueradeAll) {
    this(nodePortAddresses, podRanges, podRangesFromNode, null, masqueradeAll, false);
  }
}
