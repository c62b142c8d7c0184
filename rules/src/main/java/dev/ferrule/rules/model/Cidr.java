// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/**
 * A range of addresses that share a prefix.
 *
 * @param address the first address of the range: bits behind the prefix are zero
 * @param prefix number of leading bits that are fixed, 0 to 32 or 0 to 128
 */
public record Cidr(IpAddress address, int prefix) implements Comparable<Cidr> {

  public Cidr {
    int bits = address.family().addressBits();
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("prefix /" + prefix + " is not in /0 to /" + bits);
    }
    address = masked(address, prefix);
  }

  /** The range that holds only this address. */
  public static Cidr of(IpAddress address) {
    return new Cidr(address, address.family().addressBits());
  }

  /**
   * Reads {@code ADDRESS/PREFIX}; bits behind the prefix are dropped, as in Kubernetes.
   *
   * @throws IllegalArgumentException if the text is no such range; the message names the text
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String digits = slash < 0 ? "" : text.substring(slash + 1);
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address range like 10.96.0.0/12");
    }
    try {
      return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address range: " + e.getMessage(), e);
    }
  }

  public IpFamily family() {
    return address.family();
  }

  /** The last address of the range. */
  public IpAddress last() {
    if (family() == IpFamily.IPV4) {
      return new IpAddress(
          IpFamily.IPV4, 0, address.low() | (0xffff_ffffL & ~lowMask(32 - prefix)));
    }
    int free = 128 - prefix;
    long low = address.low() | ~lowMask(Math.min(free, 64));
    long high = address.high() | ~lowMask(Math.max(free - 64, 0));
    return new IpAddress(IpFamily.IPV6, high, low);
  }

  /** Whether the address is of the same family and inside the range. */
  public boolean contains(IpAddress other) {
    return other.family() == family() && masked(other, prefix).equals(address);
  }

  @Override
  public int compareTo(Cidr other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(prefix, other.prefix);
  }

  @Override
  public String toString() {
    return address + "/" + prefix;
  }

  private static IpAddress masked(IpAddress address, int prefix) {
    if (address.family() == IpFamily.IPV4) {
      return new IpAddress(IpFamily.IPV4, 0, address.low() & lowMask(32 - prefix));
    }
    int free = 128 - prefix;
    return new IpAddress(
        IpFamily.IPV6,
        address.high() & lowMask(Math.max(free - 64, 0)),
        address.low() & lowMask(Math.min(free, 64)));
  }

  /** All ones but for the last {@code zeros} bits, 0 to 64. */
  private static long lowMask(int zeros) {
    return zeros == 64 ? 0 : -1L << zeros;
  }
}
