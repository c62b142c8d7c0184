// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

/** Whose rules carry Services; they differ in what no Service port claims. */
public enum RuleKind {
  /**
   * Ports that a ClusterIP does not have are refused, addresses of ServiceCIDRs that no Service has
   * are dropped.
   */
  NFTABLES,
  /** Both are left alone, as kube-proxy does in that mode; nothing is hashed. */
  IPTABLES,
  /**
   * The same with NodePorts on 127.0.0.1: what has another source and goes to a loopback address is
   * dropped, unless it was translated.
   */
  IPTABLES_WITH_LOCALHOST
}
