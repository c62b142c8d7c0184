// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

/**
 * The counter expression of a set, of which each element has one ({@code nft_counter.c}). The set
 * declares it, and each new element brings its own: otherwise the kernel would copy that of the
 * set, for which kernels before 6.10 take memory that must be had at once, and so refuse a large
 * transaction with ENOMEM.
 */
final class ElementCounter {

  private static final String COUNTER = "counter";

  private ElementCounter() {}

  /** A counter at zero, as the given attribute of a set or an element. */
  static void write(NetlinkWriter out, int attribute) {
    int expression = out.open(attribute);
    out.text(NfTables.NFTA_EXPR_NAME, COUNTER);
    out.close(expression);
  }

  /** Whether the expression is a counter. */
  static boolean isCounter(AttributeReader expression) {
    while (expression.next()) {
      if (expression.type() == NfTables.NFTA_EXPR_NAME) {
        return expression.text().equals(COUNTER);
      }
    }
    return false;
  }

  /** Packets counted by an element's counter. */
  static long packets(AttributeReader expression) {
    long packets = 0;
    while (expression.next()) {
      if (expression.type() == NfTables.NFTA_EXPR_DATA) {
        AttributeReader data = expression.nested();
        while (data.next()) {
          if (data.type() == NfTables.NFTA_COUNTER_PACKETS) {
            packets = data.u64();
          }
        }
      }
    }
    return packets;
  }
}
