// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inverse of {@link RuleEncoder}. It guesses a statement from the first expressions and then
 * compiles the guess: only if that gives the very same expressions was it right. So nothing can be
 * taken for ours that differs in a detail; what is left is {@link Statement.Foreign}.
 */
final class RuleDecoder {

  private final IpFamily family;
  private final List<Expression> expressions;
  private int position;

  private RuleDecoder(IpFamily family, List<Expression> expressions) {
    this.family = family;
    this.expressions = expressions;
  }

  static Rule decode(IpFamily family, List<Expression> expressions) {
    return new RuleDecoder(family, expressions).rule();
  }

  private Rule rule() {
    List<Statement> statements = new ArrayList<>();
    StringBuilder foreign = new StringBuilder();
    while (position < expressions.size()) {
      Statement statement = statement();
      if (statement == null) {
        foreign.append(foreign.isEmpty() ? "" : " ").append(expressions.get(position).name());
        position++;
      } else {
        endForeign(foreign, statements);
        statements.add(statement);
      }
    }
    endForeign(foreign, statements);
    return new Rule(statements);
  }

  private static void endForeign(StringBuilder foreign, List<Statement> statements) {
    if (!foreign.isEmpty()) {
      statements.add(new Statement.Foreign(foreign.toString()));
      foreign.setLength(0);
    }
  }

  /** The statement at the position, which moves behind it; null if there is none of ours. */
  private @Nullable Statement statement() {
    Statement guess = guess();
    if (guess == null) {
      return null;
    }
    List<Expression> compiled = RuleEncoder.encode(family, guess);
    int end = position + compiled.size();
    if (end > expressions.size() || !expressions.subList(position, end).equals(compiled)) {
      return null;
    }
    position = end;
    return guess;
  }

  private @Nullable Statement guess() {
    Expression first = expressions.get(position);
    if (first instanceof Expression.Immediate immediate) {
      return verdict(immediate);
    }
    if (first instanceof Expression.Masquerade) {
      return new Statement.Masquerade();
    }
    if (first instanceof Expression.Reject reject) {
      return reject.type() == Expression.Reject.TCP_RESET
          ? new Statement.ResetConnection()
          : new Statement.Reject();
    }
    if (first instanceof Expression.Fib) {
      return new Statement.SourceIsNode(
          at(position + 1) instanceof Expression.Compare compare
              && compare.operator() == Expression.Compare.NOT_EQUAL);
    }
    if (first instanceof Expression.Conntrack conntrack
        && conntrack.direction() == Expression.NONE) {
      return aboutConnection(conntrack);
    }
    if (first instanceof Expression.Meta meta
        && meta.key() == Expression.Meta.INPUT_INTERFACE_NAME
        && at(position + 1) instanceof Expression.Compare compare) {
      return arrivesOn(compare);
    }
    if (first instanceof Expression.Payload
        && at(position + 1) instanceof Expression.Bitwise
        && at(position + 2) instanceof Expression.Compare compare
        && compare.value().length() == 1) {
      return lacksTcpFlags(compare.value().at(0));
    }
    if (first instanceof Expression.Meta
        && at(position + 1) instanceof Expression.Compare compare
        && compare.value().length() == 1) {
      return protocol(compare.value().at(0));
    }
    return lookup();
  }

  private Statement aboutConnection(Expression.Conntrack conntrack) {
    return switch (conntrack.key()) {
      case Expression.Conntrack.STATUS -> new Statement.ConnectionIsTranslated();
      case Expression.Conntrack.DIRECTION -> new Statement.IsFromClient();
      default -> {
        Statement invalid = new Statement.ConnectionIsInvalid();
        List<Expression> compiled = RuleEncoder.encode(family, invalid);
        int end = Math.min(position + compiled.size(), expressions.size());
        boolean same = expressions.subList(position, end).equals(compiled);
        yield same ? invalid : new Statement.ConnectionIsNew();
      }
    };
  }

  private static @Nullable Statement arrivesOn(Expression.Compare compare) {
    String name = new String(compare.value().toArray(), StandardCharsets.US_ASCII);
    int zero = name.indexOf(0);
    name = zero < 0 ? name : name.substring(0, zero);
    boolean negated = compare.operator() == Expression.Compare.NOT_EQUAL;
    boolean prefix = compare.value().length() < RuleEncoder.NAME_BYTES;
    try {
      return new Statement.ArrivesOn(new PodInterface(name, prefix), negated);
    } catch (IllegalArgumentException e) {
      return null; // a name that we would never look for
    }
  }

  private static @Nullable Statement lacksTcpFlags(int bits) {
    Set<Statement.TcpFlag> flags = EnumSet.noneOf(Statement.TcpFlag.class);
    for (Statement.TcpFlag flag : Statement.TcpFlag.values()) {
      if ((bits & flag.bit()) != 0) {
        flags.add(flag);
      }
    }
    return flags.isEmpty() ? null : new Statement.LacksTcpFlags(flags);
  }

  private static @Nullable Statement verdict(Expression.Immediate immediate) {
    String chain = immediate.chain();
    if (chain == null) {
      return new Statement.Drop();
    }
    return immediate.code() == NfTables.NFT_JUMP
        ? new Statement.Jump(chain)
        : new Statement.Goto(chain);
  }

  private static @Nullable Statement protocol(int number) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        return new Statement.ProtocolIs(protocol);
      }
    }
    return null;
  }

  /** A statement that begins with loading a key. */
  private @Nullable Statement lookup() {
    List<Operand> operands = new ArrayList<>();
    List<Integer> registers = new ArrayList<>();
    int register = 0;
    int next = position;
    while (true) {
      Expression expression = at(next);
      if (RuleEncoder.load(family, Operand.Field.SOURCE, RuleEncoder.HASHED).equals(expression)
          && at(next + 1) instanceof Expression.Hash) {
        expression = at(++next);
      }
      Operand operand = expression == null ? null : operand(expression, register);
      if (operand == null) {
        break;
      }
      Operand.Mask mask = mask(at(next + 1), register);
      if (mask != null && operand instanceof Operand.Field field && isAddress(field)) {
        operand = new Operand.Part(field, mask);
        next++;
      }
      operands.add(operand);
      registers.add(register);
      register += RuleEncoder.registers(family, operand);
      next++;
    }
    if (operands.isEmpty()) {
      return null;
    }
    Expression consumer = at(next);
    if (consumer instanceof Expression.Lookup lookup) {
      if (lookup.target() == Expression.NONE) {
        return new Statement.InSet(operands, lookup.set(), lookup.inverted());
      }
      return lookup.target() == Expression.VERDICT
          ? new Statement.VerdictFrom(operands, lookup.set())
          : new Statement.TranslateTo(operands, lookup.set());
    }
    if (consumer instanceof Expression.DynamicSet update) {
      int split = registers.indexOf(update.data());
      return split <= 0
          ? null
          : new Statement.Remember(
              update.set(),
              operands.subList(0, split),
              (int) (update.timeoutMillis() / 1000),
              operands.subList(split, operands.size()));
    }
    return null;
  }

  private static boolean isAddress(Operand.Field field) {
    return field == Operand.Field.SOURCE || field == Operand.Field.DESTINATION;
  }

  private Operand.@Nullable Mask mask(@Nullable Expression expression, int register) {
    for (Operand.Mask mask : Operand.Mask.values()) {
      if (RuleEncoder.mask(family, mask, register).equals(expression)) {
        return mask;
      }
    }
    return null;
  }

  private @Nullable Operand operand(Expression expression, int register) {
    if (expression instanceof Expression.NumberGenerator generator) {
      return new Operand.RandomSlot(generator.modulus());
    }
    if (expression instanceof Expression.Hash hash) {
      return new Operand.SourceHash(hash.modulus());
    }
    for (Operand.Field field : Operand.Field.values()) {
      if (RuleEncoder.load(family, field, register).equals(expression)) {
        return field;
      }
    }
    return null;
  }

  private @Nullable Expression at(int index) {
    return index < expressions.size() ? expressions.get(index) : null;
  }
}
