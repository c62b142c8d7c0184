// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tables, sets, chains and rules in nft's syntax, as nft 1.0.6 and later read it. */
public final class NftText {

  private NftText() {}

  /** {@code ip} or {@code ip6}. */
  public static String family(IpFamily family) {
    return family == IpFamily.IPV4 ? "ip" : "ip6";
  }

  /** {@code set} or {@code map}. */
  public static String keyword(SetDeclaration set) {
    return set.kind() == SetDeclaration.Kind.SET ? "set" : "map";
  }

  /** The declaration between braces, without them. */
  public static String declaration(SetDeclaration set, IpFamily family) {
    StringBuilder text = new StringBuilder();
    if (set.key().contains(DataType.SLOT)) {
      // A slot has no named type; nft derives it from the expression that yields it.
      text.append("typeof ").append(typeOf(set.key(), family));
      text.append(" : ").append(typeOf(set.data(), family));
    } else {
      text.append("type ").append(types(set.key()));
      if (set.kind() == SetDeclaration.Kind.MAP) {
        text.append(" : ").append(types(set.data()));
      }
    }
    if (set.kind() == SetDeclaration.Kind.VERDICT_MAP) {
      text.append(" : verdict");
    }
    text.append(";");
    if (set.size() > 0) {
      text.append(" size ").append(set.size()).append(";");
    }
    List<SetDeclaration.Flag> flags =
        set.flags().stream().filter(flag -> flag != SetDeclaration.Flag.COUNTED).toList();
    if (!flags.isEmpty()) {
      text.append(
          flags.stream()
              .sorted()
              .map(
                  flag ->
                      switch (flag) {
                        case INTERVAL -> "interval";
                        case DYNAMIC -> "dynamic";
                        case TIMEOUT -> "timeout";
                        case COUNTED -> "";
                      })
              .collect(Collectors.joining(",", " flags ", ";")));
    }
    if (set.timeoutSeconds() > 0) {
      text.append(" timeout ").append(set.timeoutSeconds()).append("s;");
    }
    if (set.has(SetDeclaration.Flag.COUNTED)) {
      text.append(" counter;");
    }
    return text.toString();
  }

  private static String types(List<DataType> types) {
    return types.stream().map(DataType::nftName).collect(Collectors.joining(" . "));
  }

  private static String typeOf(List<DataType> types, IpFamily family) {
    return types.stream()
        .map(
            type ->
                switch (type) {
                  case IPV4_ADDR, IPV6_ADDR -> family(family) + " daddr";
                  case INET_PROTO -> "meta l4proto";
                  case INET_SERVICE -> "th dport";
                  case SLOT -> "numgen random mod 65536";
                })
        .collect(Collectors.joining(" . "));
  }

  /** The hook between braces, without them. */
  public static String hook(Chain.Hook hook) {
    return "type "
        + hook.type().nftName()
        + " hook "
        + hook.point().nftName()
        + " priority "
        + hook.priority()
        + "; policy accept;";
  }

  /** One rule on a line. */
  public static String rule(Rule rule, IpFamily family) {
    return rule.statements().stream()
        .map(statement -> statement(statement, family))
        .collect(Collectors.joining(" "));
  }

  private static String statement(Statement statement, IpFamily family) {
    if (statement instanceof Statement.InSet in) {
      return operands(in.key(), family) + (in.negated() ? " != @" : " @") + in.set();
    } else if (statement instanceof Statement.ProtocolIs is) {
      return "meta l4proto " + is.protocol().text();
    } else if (statement instanceof Statement.SourceIsNode is) {
      return "fib saddr type " + (is.negated() ? "!= local" : "local");
    } else if (statement instanceof Statement.ConnectionIsTranslated) {
      return "ct status dnat";
    } else if (statement instanceof Statement.ConnectionIsNew) {
      return "ct state new";
    } else if (statement instanceof Statement.ConnectionIsInvalid) {
      return "ct state invalid";
    } else if (statement instanceof Statement.IsFromClient) {
      return "ct direction original";
    } else if (statement instanceof Statement.ArrivesOn on) {
      return "iifname " + (on.negated() ? "!= " : "") + "\"" + on.interfaces() + "\"";
    } else if (statement instanceof Statement.LacksTcpFlags lacks) {
      return lacksTcpFlags(lacks);
    } else if (statement instanceof Statement.VerdictFrom from) {
      return operands(from.key(), family) + " vmap @" + from.map();
    } else if (statement instanceof Statement.TranslateTo to) {
      return "dnat " + family(family) + " to " + operands(to.key(), family) + " map @" + to.map();
    } else if (statement instanceof Statement.Remember remember) {
      return "update @"
          + remember.map()
          + " { "
          + operands(remember.key(), family)
          + " timeout "
          + remember.timeoutSeconds()
          + "s : "
          + operands(remember.data(), family)
          + " }";
    } else if (statement instanceof Statement.Masquerade) {
      return "masquerade fully-random";
    } else if (statement instanceof Statement.Drop) {
      return "drop";
    } else if (statement instanceof Statement.Reject) {
      return "reject";
    } else if (statement instanceof Statement.ResetConnection) {
      return "reject with tcp reset";
    } else if (statement instanceof Statement.Jump jump) {
      return "jump " + jump.chain();
    } else if (statement instanceof Statement.Goto to) {
      return "goto " + to.chain();
    } else if (statement instanceof Statement.Foreign foreign) {
      return "# not ours: " + foreign.expressions();
    }
    throw new IllegalStateException("no text for " + statement);
  }

  private static String lacksTcpFlags(Statement.LacksTcpFlags lacks) {
    String flags =
        lacks.flags().stream()
            .map(flag -> flag.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" | "));
    String mask = lacks.flags().size() == 1 ? flags : "(" + flags + ")";
    return "tcp flags & " + mask + " != " + mask;
  }

  private static String operands(List<Operand> operands, IpFamily family) {
    return operands.stream()
        .map(operand -> operand(operand, family))
        .collect(Collectors.joining(" . "));
  }

  private static String operand(Operand operand, IpFamily family) {
    if (operand instanceof Operand.RandomSlot slot) {
      return "numgen random mod " + slot.modulus();
    }
    if (operand instanceof Operand.SourceHash hash) {
      String seed = "0x" + HexFormat.of().toHexDigits(Operand.SourceHash.SEED);
      return "jhash " + family(family) + " saddr mod " + hash.modulus() + " seed " + seed;
    }
    if (operand instanceof Operand.Part part) {
      byte[] mask = part.mask().bytes(family.addressBytes());
      return operand(part.field(), family) + " & " + IpAddress.ofBytes(mask);
    }
    return switch ((Operand.Field) operand) {
      case DESTINATION -> family(family) + " daddr";
      case SOURCE -> family(family) + " saddr";
      case PROTOCOL -> "meta l4proto";
      case PORT -> "th dport";
      case ORIGINAL_DESTINATION -> "ct original " + family(family) + " daddr";
      case ORIGINAL_PORT -> "ct original proto-dst";
      case REPLY_SOURCE -> "ct reply " + family(family) + " saddr";
      case REPLY_PORT -> "ct reply proto-src";
    };
  }

  /** The key of an element as nft writes it. */
  public static String key(SetDeclaration set, ElementKey key) {
    return KeyText.key(set.key(), key);
  }

  /** What the element leads to, without its key; empty for a member of a plain set. */
  public static String value(SetDeclaration set, ElementValue value) {
    if (value instanceof ElementValue.Data data) {
      return KeyText.values(set.data(), data.bytes());
    } else if (value instanceof ElementValue.GotoChain to) {
      return "goto " + to.chain();
    } else if (value instanceof ElementValue.DropPacket) {
      return "drop";
    }
    return "";
  }

  /** Key, comment and value, as nft lists an element. */
  public static String element(SetDeclaration set, Element element) {
    List<String> parts = new ArrayList<>();
    parts.add(key(set, element.key()));
    if (!element.comment().isEmpty()) {
      parts.add("comment \"" + element.comment().replace('"', '\'') + "\"");
    }
    String value = value(set, element.value());
    if (!value.isEmpty()) {
      parts.add(": " + value);
    }
    return String.join(" ", parts);
  }
}
