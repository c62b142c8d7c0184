// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/** The two address families; each is programmed into a table of its own. */
public enum IpFamily {
  IPV4(4),
  IPV6(16);

  private final int addressBytes;

  IpFamily(int addressBytes) {
    this.addressBytes = addressBytes;
  }

  /** Length of an address in bytes: 4 or 16. */
  public int addressBytes() {
    return addressBytes;
  }

  /** Length of an address in bits: 32 or 128, also the longest prefix. */
  public int addressBits() {
    return addressBytes * 8;
  }

  /** The name the Kubernetes API uses: {@code IPv4} or {@code IPv6}. */
  public String text() {
    return this == IPV4 ? "IPv4" : "IPv6";
  }
}
