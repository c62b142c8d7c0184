// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.Comparator;

/**
 * An IPv4 or IPv6 address as a plain value: two words instead of a {@link java.net.InetAddress},
 * because a node may hold some 100,000 of them and none may ever be looked up by name.
 *
 * @param family decides the length
 * @param high the first 8 bytes of an IPv6 address, 0 for IPv4
 * @param low the last 8 bytes of an IPv6 address, or the 4 bytes of an IPv4 address
 */
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {

  private static final Comparator<IpAddress> ORDER =
      Comparator.comparing(IpAddress::family)
          .thenComparing(IpAddress::high, Long::compareUnsigned)
          .thenComparing(IpAddress::low, Long::compareUnsigned);

  public IpAddress {
    if (family == IpFamily.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /**
   * Reads an address as kube-proxy does: decimal parts may have leading zeros, and an IPv4-mapped
   * IPv6 address is the IPv4 address it holds.
   *
   * @throws IllegalArgumentException if the text is no address; the message names the text
   */
  public static IpAddress parse(String text) {
    return IpText.parse(text);
  }

  /**
   * The address in 4 or 16 bytes in network order.
   *
   * @throws IllegalArgumentException if there are neither 4 nor 16
   */
  public static IpAddress ofBytes(byte[] bytes) {
    if (bytes.length == 4) {
      return new IpAddress(IpFamily.IPV4, 0, word(bytes, 0, 4));
    }
    if (bytes.length == 16) {
      return new IpAddress(IpFamily.IPV6, word(bytes, 0, 8), word(bytes, 8, 8));
    }
    throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
  }

  private static long word(byte[] bytes, int from, int length) {
    long word = 0;
    for (int i = from; i < from + length; i++) {
      word = word << 8 | (bytes[i] & 0xff);
    }
    return word;
  }

  /** The 4 or 16 bytes in network order. */
  public byte[] bytes() {
    byte[] bytes = new byte[family.addressBytes()];
    for (int i = 0; i < bytes.length; i++) {
      int fromEnd = bytes.length - 1 - i;
      bytes[i] = (byte) (fromEnd < 8 ? low >>> (8 * fromEnd) : high >>> (8 * (fromEnd - 8)));
    }
    return bytes;
  }

  /** The address that follows this one; the last of the family is followed by the first. */
  public IpAddress next() {
    return plus(1);
  }

  /** The address {@code distance} (unsigned) further on; it wraps at the end of the family. */
  public IpAddress plus(long distance) {
    if (family == IpFamily.IPV4) {
      return new IpAddress(family, 0, (low + distance) & 0xffff_ffffL);
    }
    long sum = low + distance;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new IpAddress(family, high + carry, sum);
  }

  /** 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    return family == IpFamily.IPV4 ? low >>> 24 == 127 : high == 0 && low == 1;
  }

  /** 169.254.0.0/16 or fe80::/10. */
  public boolean isLinkLocal() {
    return family == IpFamily.IPV4 ? low >>> 16 == 0xa9fe : high >>> 54 == 0xfe80L >>> 6;
  }

  /** 224.0.0.0/4 or ff00::/8. */
  public boolean isMulticast() {
    return family == IpFamily.IPV4 ? low >>> 28 == 0xe : high >>> 56 == 0xff;
  }

  /** 0.0.0.0 or ::. */
  public boolean isUnspecified() {
    return high == 0 && low == 0;
  }

  @Override
  public int compareTo(IpAddress other) {
    return ORDER.compare(this, other);
  }

  /** The normal form: dotted decimal, or RFC 5952 for IPv6. */
  @Override
  public String toString() {
    return IpText.format(this);
  }
}
