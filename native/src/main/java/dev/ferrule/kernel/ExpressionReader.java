// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the expressions of a rule as the kernel lists them. An attribute that {@link
 * ExpressionWriter} never writes makes the whole expression {@link Expression.Unknown}, save those
 * that the kernel adds itself.
 */
final class ExpressionReader {

  private static final int MAX_TYPE = 16;
  private static final Bytes NOTHING = Bytes.of(new byte[0]);

  /** The numbers among the attributes, by type, and which types were there at all. */
  private final long[] numbers = new long[MAX_TYPE];

  private int present;
  private String text = "";
  private Bytes[] values = new Bytes[0];
  private Expression.@Nullable Immediate verdict;

  private ExpressionReader() {}

  /** Reads NFTA_RULE_EXPRESSIONS. */
  static List<Expression> readAll(AttributeReader list) {
    List<Expression> expressions = new ArrayList<>();
    while (list.next()) {
      Expression expression = readOne(list.nested());
      if (!(expression instanceof Expression.Nothing)) {
        expressions.add(expression);
      }
    }
    return expressions;
  }

  private static Expression readOne(AttributeReader attributes) {
    String name = "";
    Expression expression = new Expression.Unknown("");
    while (attributes.next()) {
      if (attributes.type() == NfTables.NFTA_EXPR_NAME) {
        name = attributes.text();
        expression = new Expression.Unknown(name);
      } else if (attributes.type() == NfTables.NFTA_EXPR_DATA) {
        Expression read = new ExpressionReader().read(name, attributes.nested());
        expression = read == null ? new Expression.Unknown(name) : read;
      }
    }
    return expression;
  }

  private @Nullable Expression read(String name, AttributeReader in) {
    return switch (name) {
      case "payload" -> payload(in);
      case "meta" -> meta(in);
      case "ct" -> conntrack(in);
      case "fib" -> fib(in);
      case "numgen" -> numberGenerator(in);
      case "hash" -> hash(in);
      case "lookup" -> lookup(in);
      case "nat" -> nat(in);
      case "masq" -> masquerade(in);
      case "reject" -> reject(in);
      case "immediate" -> immediate(in);
      case "bitwise" -> bitwise(in);
      case "cmp" -> compare(in);
      case "dynset" -> dynamicSet(in);
      case "byteorder" -> byteOrder(in);
      default -> null;
    };
  }

  /**
   * nft puts one behind the protocol in the key of a set with ranges: swap a field of one byte by
   * two bytes, of which the kernel does none ({@code nft_byteorder_eval}).
   */
  private @Nullable Expression byteOrder(AttributeReader in) {
    collect(in, "nnnnn");
    boolean swapsNothing =
        exactly(1, 2, 3, 4, 5) && number(1) == number(2) && number(4) < number(5);
    return swapsNothing ? new Expression.Nothing() : null;
  }

  private @Nullable Expression payload(AttributeReader in) {
    collect(in, "nnnn");
    return exactly(1, 2, 3, 4)
        ? new Expression.Payload(register(1), number(2), number(3), number(4))
        : null;
  }

  private @Nullable Expression meta(AttributeReader in) {
    collect(in, "nn");
    return exactly(1, 2) ? new Expression.Meta(register(1), number(2)) : null;
  }

  private @Nullable Expression conntrack(AttributeReader in) {
    collect(in, "nnb");
    if (exactly(1, 2)) {
      return new Expression.Conntrack(register(1), number(2), Expression.NONE);
    }
    return exactly(1, 2, 3) ? new Expression.Conntrack(register(1), number(2), number(3)) : null;
  }

  private @Nullable Expression fib(AttributeReader in) {
    collect(in, "nnn");
    return exactly(1, 2, 3) ? new Expression.Fib(register(1), number(2), number(3)) : null;
  }

  private @Nullable Expression numberGenerator(AttributeReader in) {
    collect(in, "nnnn");
    return exactly(1, 2, 3, 4)
        ? new Expression.NumberGenerator(register(1), number(2), number(3), number(4))
        : null;
  }

  private @Nullable Expression hash(AttributeReader in) {
    collect(in, "nnnnnnn");
    if (number(6) != 0) {
      return null; // an offset
    }
    forget(6);
    return exactly(1, 2, 3, 4, 5, 7)
        ? new Expression.Hash(register(1), register(2), number(3), number(4), number(5), number(7))
        : null;
  }

  private @Nullable Expression lookup(AttributeReader in) {
    collect(in, "snn-n");
    int target = has(3) ? register(3) : Expression.NONE;
    forget(3);
    boolean inverted = number(5) == 1;
    forget(5);
    return exactly(1, 2) ? new Expression.Lookup(text, register(2), target, inverted) : null;
  }

  private @Nullable Expression nat(AttributeReader in) {
    collect(in, "nnnnnnn");
    // The kernel lists the upper ends too, and flags for "has an address" (1) and "a port" (2).
    if ((has(4) && number(4) != number(3)) || (has(6) && number(6) != number(5))) {
      return null;
    }
    if (has(7) && (number(7) & ~3) != 0) {
      return null;
    }
    forget(4);
    forget(6);
    forget(7);
    return exactly(1, 2, 3, 5)
        ? new Expression.Nat(number(1), number(2), register(3), register(5))
        : null;
  }

  private @Nullable Expression masquerade(AttributeReader in) {
    collect(in, "n");
    return exactly(1) ? new Expression.Masquerade(number(1)) : null;
  }

  private @Nullable Expression reject(AttributeReader in) {
    collect(in, "nb");
    // The kernel does not list the code where it has no meaning.
    boolean whole = exactly(1, 2) || (number(1) == Expression.Reject.TCP_RESET && exactly(1));
    return whole ? new Expression.Reject(number(1), number(2)) : null;
  }

  private @Nullable Expression immediate(AttributeReader in) {
    collect(in, "nv");
    return exactly(1, 2) && number(1) == 0 ? verdict : null;
  }

  private @Nullable Expression bitwise(AttributeReader in) {
    collect(in, "nnnvvn");
    if (has(6) && number(6) != 0) {
      return null; // a shift, not mask and xor
    }
    forget(6);
    return exactly(1, 2, 3, 4, 5)
        ? new Expression.Bitwise(register(1), register(2), values[4], values[5])
        : null;
  }

  private @Nullable Expression compare(AttributeReader in) {
    collect(in, "nnv");
    return exactly(1, 2, 3) ? new Expression.Compare(register(1), number(2), values[3]) : null;
  }

  private @Nullable Expression dynamicSet(AttributeReader in) {
    collect(in, "s-nnnw--n");
    if (number(9) != 0) {
      return null; // it carries expressions of its own
    }
    forget(9);
    // Kept in clock ticks, it may come back a few milliseconds off the second we gave.
    long timeout = has(6) ? (numbers[6] + 500) / 1000 * 1000 : 0;
    forget(6);
    return exactly(1, 3, 4, 5)
        ? new Expression.DynamicSet(text, number(3), register(4), register(5), timeout)
        : null;
  }

  /**
   * Reads all attributes; the letter at {@code type - 1} of {@code kinds} says what each is: number
   * of 32 bits, byte, wide number of 64 bits, string, or value in NFTA_DATA_.
   */
  private void collect(AttributeReader in, String kinds) {
    values = new Bytes[MAX_TYPE];
    while (in.next()) {
      int type = in.type();
      char kind = type >= 1 && type <= kinds.length() ? kinds.charAt(type - 1) : '-';
      present |= type < MAX_TYPE ? 1 << type : 1;
      if (type >= MAX_TYPE) {
        continue;
      }
      switch (kind) {
        case 'n' -> numbers[type] = in.u32();
        case 'b' -> numbers[type] = in.u8();
        case 'w' -> numbers[type] = in.u64();
        case 's' -> text = in.text();
        case 'v' -> values[type] = value(in.nested());
        default -> present |= 1; // never written by us
      }
    }
  }

  private Bytes value(AttributeReader in) {
    Bytes value = NOTHING;
    while (in.next()) {
      if (in.type() == NfTables.NFTA_DATA_VALUE) {
        value = in.bytes();
      } else if (in.type() == NfTables.NFTA_DATA_VERDICT) {
        verdict = readVerdict(in.nested());
      }
    }
    return value;
  }

  static Expression.Immediate readVerdict(AttributeReader in) {
    int code = 0;
    String chain = null;
    while (in.next()) {
      if (in.type() == NfTables.NFTA_VERDICT_CODE) {
        code = in.u32();
      } else if (in.type() == NfTables.NFTA_VERDICT_CHAIN) {
        chain = in.text();
      }
    }
    return new Expression.Immediate(code, chain);
  }

  private boolean has(int type) {
    return (present & 1 << type) != 0;
  }

  private void forget(int type) {
    present &= ~(1 << type);
  }

  private boolean exactly(int... types) {
    int wanted = 0;
    for (int type : types) {
      wanted |= 1 << type;
    }
    return present == wanted;
  }

  private int number(int type) {
    return (int) numbers[type];
  }

  private int register(int type) {
    return ExpressionWriter.register(number(type));
  }
}
