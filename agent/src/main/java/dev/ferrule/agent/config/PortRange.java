// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

/** Ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) {

  /** Every port there is. */
  public static final PortRange ALL = new PortRange(1, 65_535);

  public PortRange {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "ports " + first + " to " + last + " are not a range inside 1 to 65535");
    }
  }

  static PortRange parse(String text) {
    int dash = text.indexOf('-');
    return dash < 0
        ? new PortRange(WholeNumber.parse(text), WholeNumber.parse(text))
        : new PortRange(
            WholeNumber.parse(text.substring(0, dash)),
            WholeNumber.parse(text.substring(dash + 1)));
  }

  /** How many ports there are in the range. */
  public int size() {
    return last - first + 1;
  }

  public boolean contains(int port) {
    return first <= port && port <= last;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
