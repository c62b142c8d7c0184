// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.iptables.XtTable;
import org.jspecify.annotations.Nullable;

/** The built-in chains on a packet's way; which ones depends on where it goes after DNAT. */
final class XtHooks {

  /** A built-in chain. */
  record Hook(XtTable table, String chain) {}

  private XtHooks() {}

  /**
   * A hook of the way.
   *
   * @param number 0 for the first one
   * @return null at the end
   */
  static @Nullable Hook at(int number, Packet packet) {
    return packet.isFromNode() ? fromNode(number, packet) : fromOutside(number, packet);
  }

  private static @Nullable Hook fromOutside(int number, Packet packet) {
    boolean forNode = number > 0 && packet.isForNode();
    return switch (number) {
      case 0 -> new Hook(XtTable.NAT, "PREROUTING");
      case 1 -> new Hook(XtTable.FILTER, forNode ? "INPUT" : "FORWARD");
      case 2 -> forNode ? null : new Hook(XtTable.NAT, "POSTROUTING");
      default -> null;
    };
  }

  /** Table nat is asked once, so not again when the packet comes in by the loopback interface. */
  private static @Nullable Hook fromNode(int number, Packet packet) {
    return switch (number) {
      case 0 -> new Hook(XtTable.NAT, "OUTPUT");
      case 1 -> new Hook(XtTable.FILTER, "OUTPUT");
      case 2 -> new Hook(XtTable.NAT, "POSTROUTING");
      case 3 -> packet.isForNode() ? new Hook(XtTable.FILTER, "INPUT") : null;
      default -> null;
    };
  }
}
