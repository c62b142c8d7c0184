// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static dev.ferrule.kernel.Expression.NONE;
import static dev.ferrule.kernel.Expression.VERDICT;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles statements to expressions as nft 1.0.6 does, so that {@code nft list ruleset} finds the
 * statement's text again. One difference: for a key with ranges nft adds a byte order change of the
 * one-byte protocol, which does nothing.
 */
final class RuleEncoder {

  /** RTN_LOCAL (linux/rtnetlink.h) as fib yields it. */
  private static final int LOCAL_ADDRESS = 2;

  /** IPS_DST_NAT (nf_conntrack_common.h). */
  private static final int STATUS_DNAT = 1 << 5;

  /** NF_CT_STATE_INVALID_BIT (nf_conntrack_common.h). */
  private static final int STATE_INVALID = 1;

  /** Where the control bits stand in a TCP header (RFC 9293). */
  private static final int TCP_FLAGS_OFFSET = 13;

  /** IFNAMSIZ (linux/if.h): a whole name is compared with its zeros. */
  static final int NAME_BYTES = 16;

  /** NF_CT_STATE_BIT(IP_CT_NEW) (nf_conntrack_common.h). */
  private static final int STATE_NEW = 1 << 3;

  /** ICMP_PORT_UNREACH and ICMPV6_PORT_UNREACH. */
  private static final int ICMP_PORT = 3;

  private static final int ICMPV6_PORT = 4;

  /** Where a source address stands while it is hashed: behind the longest key with a slot. */
  static final int HASHED = 8;

  private final IpFamily family;
  private final List<Expression> expressions = new ArrayList<>();

  private RuleEncoder(IpFamily family) {
    this.family = family;
  }

  static List<Expression> encode(IpFamily family, Rule rule) {
    RuleEncoder encoder = new RuleEncoder(family);
    rule.statements().forEach(encoder::add);
    return encoder.expressions;
  }

  static List<Expression> encode(IpFamily family, Statement statement) {
    RuleEncoder encoder = new RuleEncoder(family);
    encoder.add(statement);
    return encoder.expressions;
  }

  private void add(Statement statement) {
    if (statement instanceof Statement.InSet inSet) {
      loadAll(inSet.key(), 0);
      expressions.add(new Expression.Lookup(inSet.set(), 0, NONE, inSet.negated()));
    } else if (statement instanceof Statement.ProtocolIs protocolIs) {
      expressions.add(new Expression.Meta(0, Expression.Meta.L4PROTO));
      byte[] number = {(byte) protocolIs.protocol().number()};
      expressions.add(new Expression.Compare(0, Expression.Compare.EQUAL, Bytes.of(number)));
    } else if (statement instanceof Statement.SourceIsNode sourceIsNode) {
      expressions.add(new Expression.Fib(0, Expression.Fib.ADDRESS_TYPE, Expression.Fib.SOURCE));
      int operator =
          sourceIsNode.negated() ? Expression.Compare.NOT_EQUAL : Expression.Compare.EQUAL;
      expressions.add(new Expression.Compare(0, operator, hostOrder(LOCAL_ADDRESS)));
    } else if (statement instanceof Statement.ConnectionIsTranslated) {
      connectionHas(Expression.Conntrack.STATUS, STATUS_DNAT);
    } else if (statement instanceof Statement.ConnectionIsNew) {
      connectionHas(Expression.Conntrack.STATE, STATE_NEW);
    } else if (statement instanceof Statement.ConnectionIsInvalid) {
      connectionHas(Expression.Conntrack.STATE, STATE_INVALID);
    } else if (statement instanceof Statement.IsFromClient) {
      expressions.add(new Expression.Conntrack(0, Expression.Conntrack.DIRECTION, NONE));
      byte[] original = {(byte) Expression.Conntrack.ORIGINAL};
      expressions.add(new Expression.Compare(0, Expression.Compare.EQUAL, Bytes.of(original)));
    } else if (statement instanceof Statement.ArrivesOn arrivesOn) {
      arrivesOn(arrivesOn);
    } else if (statement instanceof Statement.LacksTcpFlags lacks) {
      lacksTcpFlags(lacks);
    } else if (statement instanceof Statement.VerdictFrom verdictFrom) {
      loadAll(verdictFrom.key(), 0);
      expressions.add(new Expression.Lookup(verdictFrom.map(), 0, VERDICT, false));
    } else if (statement instanceof Statement.TranslateTo translateTo) {
      translate(translateTo);
    } else if (statement instanceof Statement.Remember remember) {
      remember(remember);
    } else if (statement instanceof Statement.Masquerade) {
      expressions.add(new Expression.Masquerade(Expression.Masquerade.FULLY_RANDOM));
    } else if (statement instanceof Statement.Drop) {
      verdict(NfTables.NF_DROP, null);
    } else if (statement instanceof Statement.Reject) {
      int code = family == IpFamily.IPV4 ? ICMP_PORT : ICMPV6_PORT;
      expressions.add(new Expression.Reject(Expression.Reject.ICMP_UNREACHABLE, code));
    } else if (statement instanceof Statement.ResetConnection) {
      expressions.add(new Expression.Reject(Expression.Reject.TCP_RESET, 0));
    } else if (statement instanceof Statement.Jump jump) {
      verdict(NfTables.NFT_JUMP, jump.chain());
    } else if (statement instanceof Statement.Goto goTo) {
      verdict(NfTables.NFT_GOTO, goTo.chain());
    } else {
      throw new IllegalArgumentException("cannot write what we do not know: " + statement);
    }
  }

  private void verdict(int code, @Nullable String chain) {
    expressions.add(new Expression.Immediate(code, chain));
  }

  /** The beginning of a name is compared without what may follow. */
  private void arrivesOn(Statement.ArrivesOn arrivesOn) {
    expressions.add(new Expression.Meta(0, Expression.Meta.INPUT_INTERFACE_NAME));
    byte[] name = arrivesOn.interfaces().name().getBytes(StandardCharsets.US_ASCII);
    byte[] compared = arrivesOn.interfaces().prefix() ? name : Arrays.copyOf(name, NAME_BYTES);
    int operator = arrivesOn.negated() ? Expression.Compare.NOT_EQUAL : Expression.Compare.EQUAL;
    expressions.add(new Expression.Compare(0, operator, Bytes.of(compared)));
  }

  private void lacksTcpFlags(Statement.LacksTcpFlags lacks) {
    int bits = 0;
    for (Statement.TcpFlag flag : lacks.flags()) {
      bits |= flag.bit();
    }
    Bytes mask = Bytes.of(new byte[] {(byte) bits});
    expressions.add(
        new Expression.Payload(0, Expression.Payload.TRANSPORT_HEADER, TCP_FLAGS_OFFSET, 1));
    expressions.add(new Expression.Bitwise(0, 0, mask, Bytes.of(new byte[1])));
    expressions.add(new Expression.Compare(0, Expression.Compare.NOT_EQUAL, mask));
  }

  /** Matches when one of the bits is set. */
  private void connectionHas(int key, int bits) {
    expressions.add(new Expression.Conntrack(0, key, NONE));
    expressions.add(new Expression.Bitwise(0, 0, hostOrder(bits), hostOrder(0)));
    expressions.add(new Expression.Compare(0, Expression.Compare.NOT_EQUAL, hostOrder(0)));
  }

  /** The data of the map, address and then port, replaces the key in the registers. */
  private void translate(Statement.TranslateTo translateTo) {
    loadAll(translateTo.key(), 0);
    expressions.add(new Expression.Lookup(translateTo.map(), 0, 0, false));
    expressions.add(
        new Expression.Nat(
            Expression.Nat.DESTINATION,
            NfTables.protocolFamily(family),
            0,
            family.addressBytes() / 4));
  }

  /**
   * Key and then data, without a gap. For IPv6 that is registers 0 to 9 and 10 to 14; nft 1.0.6
   * cannot compile this statement for IPv6 (it runs out of registers) but lists it.
   */
  private void remember(Statement.Remember remember) {
    int data = loadAll(remember.key(), 0);
    loadAll(remember.data(), data);
    expressions.add(
        new Expression.DynamicSet(
            remember.map(),
            Expression.DynamicSet.UPDATE,
            0,
            data,
            remember.timeoutSeconds() * 1000L));
  }

  /** Loads operands into consecutive registers; returns the next free one. */
  private int loadAll(List<Operand> operands, int first) {
    int register = first;
    for (Operand operand : operands) {
      if (operand instanceof Operand.SourceHash) {
        expressions.add(load(family, Operand.Field.SOURCE, HASHED));
      }
      if (operand instanceof Operand.Part part) {
        expressions.add(load(family, part.field(), register));
        expressions.add(mask(family, part.mask(), register));
      } else {
        expressions.add(load(family, operand, register));
      }
      register += registers(family, operand);
    }
    return register;
  }

  /** How many registers an operand takes. */
  static int registers(IpFamily family, Operand operand) {
    return operand.type(family).paddedBytes() / 4;
  }

  /** The expression that leaves only some bits of the address in a register. */
  static Expression mask(IpFamily family, Operand.Mask mask, int register) {
    int bytes = family.addressBytes();
    return new Expression.Bitwise(
        register, register, Bytes.of(mask.bytes(bytes)), Bytes.of(new byte[bytes]));
  }

  /** The expression that loads an operand, all of it, into a register. */
  static Expression load(IpFamily family, Operand operand, int register) {
    if (operand instanceof Operand.RandomSlot slot) {
      return new Expression.NumberGenerator(
          register, slot.modulus(), Expression.NumberGenerator.RANDOM, 0);
    }
    if (operand instanceof Operand.SourceHash hash) {
      return new Expression.Hash(
          HASHED,
          register,
          family.addressBytes(),
          hash.modulus(),
          Operand.SourceHash.SEED,
          Expression.Hash.JENKINS);
    }
    boolean ipv4 = family == IpFamily.IPV4;
    int addressBytes = family.addressBytes();
    int network = Expression.Payload.NETWORK_HEADER;
    int original = Expression.Conntrack.ORIGINAL;
    int reply = Expression.Conntrack.REPLY;
    return switch ((Operand.Field) operand) {
      case SOURCE -> new Expression.Payload(register, network, ipv4 ? 12 : 8, addressBytes);
      case DESTINATION -> new Expression.Payload(register, network, ipv4 ? 16 : 24, addressBytes);
      case PROTOCOL -> new Expression.Meta(register, Expression.Meta.L4PROTO);
      case PORT -> new Expression.Payload(register, Expression.Payload.TRANSPORT_HEADER, 2, 2);
      case ORIGINAL_DESTINATION ->
          new Expression.Conntrack(
              register,
              ipv4 ? Expression.Conntrack.DST_IP : Expression.Conntrack.DST_IP6,
              original);
      case ORIGINAL_PORT ->
          new Expression.Conntrack(register, Expression.Conntrack.PROTO_DST, original);
      case REPLY_SOURCE ->
          new Expression.Conntrack(
              register, ipv4 ? Expression.Conntrack.SRC_IP : Expression.Conntrack.SRC_IP6, reply);
      case REPLY_PORT -> new Expression.Conntrack(register, Expression.Conntrack.PROTO_SRC, reply);
    };
  }

  private static Bytes hostOrder(int value) {
    return Bytes.of(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }
}
