// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain and its rules.
 *
 * @param hook where packets enter it; null for a chain that others jump to
 */
public record Chain(String name, @Nullable Hook hook, List<Rule> rules) {

  public Chain {
    rules = List.copyOf(rules);
  }

  /**
   * Where a base chain hangs. The policy is always accept.
   *
   * @param priority lower runs first; see {@code enum nf_ip_hook_priorities}
   */
  public record Hook(Type type, Point point, int priority) {}

  /** The chain types we use. */
  public enum Type {
    NAT,
    FILTER;

    /** The name that nft and the kernel use. */
    public String nftName() {
      return this == NAT ? "nat" : "filter";
    }
  }

  /** The hooks of the IP stack, with the kernel's numbers ({@code enum nf_inet_hooks}). */
  public enum Point {
    PREROUTING(0),
    INPUT(1),
    FORWARD(2),
    OUTPUT(3),
    POSTROUTING(4);

    private final int number;

    Point(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    /** The name that nft uses. */
    public String nftName() {
      return switch (this) {
        case PREROUTING -> "prerouting";
        case INPUT -> "input";
        case FORWARD -> "forward";
        case OUTPUT -> "output";
        case POSTROUTING -> "postrouting";
      };
    }
  }
}
