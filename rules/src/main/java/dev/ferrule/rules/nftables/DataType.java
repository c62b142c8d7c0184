// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpFamily;

/**
 * The types that keys and data of our sets are made of. A field is as long as its type and padded
 * to whole 32-bit registers inside a concatenation (kernel: {@code nft_set_pipapo}, nft: concat).
 */
public enum DataType {
  IPV4_ADDR("ipv4_addr", 7, 4),
  IPV6_ADDR("ipv6_addr", 8, 16),
  INET_PROTO("inet_proto", 12, 1),
  INET_SERVICE("inet_service", 13, 2),
  /** An endpoint's place in its pool: what {@code numgen} yields, a number in host byte order. */
  SLOT("integer", 4, 4);

  private final String nftName;
  private final int nftId;
  private final int bytes;

  DataType(String nftName, int nftId, int bytes) {
    this.nftName = nftName;
    this.nftId = nftId;
    this.bytes = bytes;
  }

  /** The name in nft's {@code type} declarations. */
  public String nftName() {
    return nftName;
  }

  /** nft's number of the type ({@code enum datatypes}), 6 bits, kept by the kernel for nft. */
  public int nftId() {
    return nftId;
  }

  /** Length of a value in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Length in a concatenation: padded to a multiple of 4. */
  public int paddedBytes() {
    return (bytes + 3) & ~3;
  }

  static DataType address(IpFamily family) {
    return family == IpFamily.IPV4 ? IPV4_ADDR : IPV6_ADDR;
  }
}
