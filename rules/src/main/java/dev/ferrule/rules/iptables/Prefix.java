// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.Comparator;

/**
 * All keys that begin alike, when a key is written as address, protocol and port in one row of
 * bits. A protocol is never cut: it counts as 8 bits.
 *
 * @param lowest the first key; where the prefix does not reach, the lowest value
 * @param length bits that are the same, 0 to those of an address + 24
 */
record Prefix(FrontendKey lowest, int length) {

  /** The order of the rows of bits. */
  static final Comparator<FrontendKey> ORDER =
      Comparator.comparing(FrontendKey::address)
          .thenComparing(FrontendKey::protocol)
          .thenComparingInt(FrontendKey::port);

  private static final int PROTOCOL_BITS = 8;
  private static final int PORT_BITS = 16;
  private static final int STRIDE = 2;
  private static final int MAX_PORT = 65_535;

  Prefix {
    lowest = cut(lowest, length);
  }

  /** Every key of a family. */
  static Prefix all(IpFamily family) {
    return new Prefix(new FrontendKey(zero(family).address(), Protocol.TCP, 0), 0);
  }

  private static Cidr zero(IpFamily family) {
    return Cidr.parse(family == IpFamily.IPV4 ? "0.0.0.0/0" : "::/0");
  }

  /** What both have in common. */
  static Prefix common(FrontendKey one, FrontendKey other) {
    return new Prefix(one, commonBits(one, other));
  }

  private static int commonBits(FrontendKey one, FrontendKey other) {
    int address = one.family().addressBits();
    if (!one.address().equals(other.address())) {
      long high = one.address().high() ^ other.address().high();
      if (high != 0) {
        return Long.numberOfLeadingZeros(high);
      }
      return address
          - Long.SIZE
          + Long.numberOfLeadingZeros(one.address().low() ^ other.address().low());
    }
    if (one.protocol() != other.protocol()) {
      return address;
    }
    int ports = one.port() ^ other.port();
    return address + PROTOCOL_BITS + Math.min(PORT_BITS, Integer.numberOfLeadingZeros(ports) - 16);
  }

  private static FrontendKey cut(FrontendKey key, int length) {
    int address = key.family().addressBits();
    int ofPort = length - address - PROTOCOL_BITS;
    return new FrontendKey(
        new Cidr(key.address(), Math.min(length, address)).address(),
        ofPort < 0 ? Protocol.TCP : key.protocol(),
        ofPort < 0 ? 0 : key.port() & ~(MAX_PORT >> ofPort));
  }

  int addressBits() {
    return lowest.family().addressBits();
  }

  /** The last key. */
  FrontendKey highest() {
    return new FrontendKey(
        addresses().last(),
        saysProtocol() ? lowest.protocol() : Protocol.SCTP,
        saysProtocol() ? lowest.port() | MAX_PORT >> portLength() : MAX_PORT);
  }

  Cidr addresses() {
    return new Cidr(lowest.address(), Math.min(length, addressBits()));
  }

  boolean saysProtocol() {
    return length >= addressBits() + PROTOCOL_BITS;
  }

  boolean saysPort() {
    return portLength() > 0;
  }

  private int portLength() {
    return length - addressBits() - PROTOCOL_BITS;
  }

  boolean contains(FrontendKey key) {
    return ORDER.compare(lowest, key) <= 0 && ORDER.compare(key, highest()) <= 0;
  }

  boolean contains(Prefix other) {
    return length <= other.length && contains(other.lowest);
  }

  /** How long the prefixes of the children are at least. */
  int nextLength() {
    if (length < addressBits()) {
      return length - length % STRIDE + STRIDE;
    }
    return saysProtocol() ? length - length % STRIDE + STRIDE : addressBits() + PROTOCOL_BITS;
  }

  /** {@code 10.96.0.0/12}, {@code 192.0.2.1/32 tcp} or {@code 192.0.2.1/32 tcp 30000:30063}. */
  @Override
  public String toString() {
    return addresses()
        + (saysProtocol() ? " " + lowest.protocol().text() : "")
        + (saysPort() ? " " + lowest.port() + ":" + highest().port() : "");
  }
}
