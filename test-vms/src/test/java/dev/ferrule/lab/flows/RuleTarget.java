// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

/** What carries the rules of the agent that is judged. */
enum RuleTarget {
  NFTABLES("nftables", ""),
  IPTABLES_NFT("iptables", "nft"),
  IPTABLES_LEGACY("iptables", "legacy");

  private final String mode;
  private final String variant;

  RuleTarget(String mode, String variant) {
    this.mode = mode;
    this.variant = variant;
  }

  /** As a KubeProxyConfiguration and a scenario name it. */
  String mode() {
    return mode;
  }

  /** Which iptables; empty for nftables. */
  String variant() {
    return variant;
  }
}
