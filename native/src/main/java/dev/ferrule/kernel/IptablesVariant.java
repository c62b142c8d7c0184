// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

/** The two programs that are called iptables; their rules do not see each other. */
public enum IptablesVariant {
  /** iptables-legacy: the kernel's ip_tables. */
  LEGACY("legacy", "legacy"),

  /** iptables-nft: tables of nf_tables that are called like those of iptables. */
  NFT("nft", "nf_tables");

  private final String text;
  private final String version;

  IptablesVariant(String text, String version) {
    this.text = text;
    this.version = version;
  }

  /** As in the name of its programs: {@code legacy} or {@code nft}. */
  public String text() {
    return text;
  }

  /** Its name: {@code iptables-legacy} or {@code iptables-nft}. */
  @Override
  public String toString() {
    return "iptables-" + text;
  }

  IptablesVariant other() {
    return this == LEGACY ? NFT : LEGACY;
  }

  /**
   * Which one a program is by what it answers to {@code --version}; before 1.8 there was only one.
   */
  static IptablesVariant ofVersion(String answer) {
    return answer.contains("(" + NFT.version + ")") ? NFT : LEGACY;
  }
}
