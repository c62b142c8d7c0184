// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

/**
 * The node ports that Services may have, both ends included.
 *
 * @param first 1 to 65,535
 * @param last not below {@code first}
 */
public record PortRange(int first, int last) {

  public PortRange {
    if (first < 1 || last > 65_535 || first > last) {
      throw new IllegalArgumentException(
          first + "-" + last + " is not a range of ports like 30000-32767");
    }
  }

  /** How many ports there are in the range. */
  public int size() {
    return last - first + 1;
  }

  /** Whether the port is one of the range. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
