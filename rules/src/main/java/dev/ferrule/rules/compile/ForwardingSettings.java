// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import java.util.List;

/**
 * What the operator chose.
 *
 * @param podRanges sources that count as Pods: the first range of each family is used
 * @param podRangesFromNode take the ranges from the Node object instead (detectLocalMode NodeCIDR)
 * @param masqueradeAll masquerade every connection to a ClusterIP
 * @param resetTcp reset TCP connections whose endpoint is gone
 */
public record ForwardingSettings(
    NodePortAddresses nodePortAddresses,
    List<Cidr> podRanges,
    boolean podRangesFromNode,
    boolean masqueradeAll,
    boolean resetTcp) {

  /** What holds without a configuration file. */
  public static final ForwardingSettings DEFAULT =
      new ForwardingSettings(NodePortAddresses.PRIMARY, List.of(), false, false);

  /** Without resets. */
  public ForwardingSettings(
      NodePortAddresses nodePortAddresses,
      List<Cidr> podRanges,
      boolean podRangesFromNode,
      boolean masqueradeAll) {
    this(nodePortAddresses, podRanges, podRangesFromNode, masqueradeAll, false);
  }

  public ForwardingSettings {
    podRanges = List.copyOf(podRanges);
  }
}
