// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/** The transport protocols a Service port can have, with their IP protocol numbers (IANA). */
public enum Protocol {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** The IP protocol number, 1 to 255. */
  public int number() {
    return number;
  }

  /** The name as nft and conntrack write it: {@code tcp}, {@code udp} or {@code sctp}. */
  public String text() {
    return switch (this) {
      case TCP -> "tcp";
      case UDP -> "udp";
      case SCTP -> "sctp";
    };
  }
}
