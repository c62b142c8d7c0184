// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

/** The tables of iptables that hold chains of ours. */
public enum XtTable {
  NAT("nat"),
  FILTER("filter");

  private final String text;

  XtTable(String text) {
    this.text = text;
  }

  /** Its name as in {@code iptables -t nat}. */
  public String text() {
    return text;
  }
}
