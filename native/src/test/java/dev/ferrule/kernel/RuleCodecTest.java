// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Operand.Field;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Statements become bytes and the bytes become the statements again. */
final class RuleCodecTest {

  @Property
  void anyRuleIsReadBack(@ForAll("rules") Rule rule, @ForAll IpFamily family) {
    assertThat(throughBytes(family, rule)).isEqualTo(rule);
  }

  @Property
  void registersAreNumberedAsTheKernelDoes(
      @ForAll @net.jqwik.api.constraints.IntRange(max = 15) int register) {
    assertThat(ExpressionWriter.register(ExpressionWriter.number(register))).isEqualTo(register);
    // The same place under its other number.
    assertThat(ExpressionWriter.register(8 + register)).isEqualTo(register);
  }

  @Test
  void anIpv6ClientIsRememberedInFifteenRegisters() {
    List<Operand> key =
        List.of(Field.ORIGINAL_DESTINATION, Field.PROTOCOL, Field.ORIGINAL_PORT, Field.SOURCE);
    Statement remember =
        new Statement.Remember("affinity", key, 5, List.of(Field.REPLY_SOURCE, Field.REPLY_PORT));
    assertThat(RuleEncoder.encode(IpFamily.IPV6, remember))
        .containsExactly(
            new Expression.Conntrack(0, Expression.Conntrack.DST_IP6, 0),
            new Expression.Meta(4, Expression.Meta.L4PROTO),
            new Expression.Conntrack(5, Expression.Conntrack.PROTO_DST, 0),
            new Expression.Payload(6, 1, 8, 16),
            new Expression.Conntrack(10, Expression.Conntrack.SRC_IP6, 1),
            new Expression.Conntrack(14, Expression.Conntrack.PROTO_SRC, 1),
            new Expression.DynamicSet("affinity", Expression.DynamicSet.UPDATE, 0, 10, 5000));
  }

  @Test
  void whatIsNotOursIsForeign() {
    List<Expression> expressions = new ArrayList<>();
    expressions.add(new Expression.Unknown("counter"));
    expressions.addAll(RuleEncoder.encode(IpFamily.IPV4, new Statement.ConnectionIsNew()));
    expressions.add(new Expression.Immediate(NfTables.NF_ACCEPT, null));
    assertThat(RuleDecoder.decode(IpFamily.IPV4, expressions).statements())
        .containsExactly(
            new Statement.Foreign("counter"),
            new Statement.ConnectionIsNew(),
            new Statement.Foreign("immediate"));
  }

  @Test
  void aSmallDifferenceMakesItForeign() {
    // IPv6 offsets in an IPv4 table.
    List<Expression> expressions =
        RuleEncoder.encode(
            IpFamily.IPV6, new Statement.InSet(List.of(Field.SOURCE), "pods", false));
    assertThat(RuleDecoder.decode(IpFamily.IPV4, expressions).statements())
        .containsExactly(new Statement.Foreign("payload lookup"));
  }

  private static Rule throughBytes(IpFamily family, Rule rule) {
    NetlinkWriter out = NetlinkWriter.onHeap();
    ExpressionWriter writer = new ExpressionWriter(out);
    RuleEncoder.encode(family, rule).forEach(writer::write);
    AttributeReader list = new AttributeReader(out.written(), 0, out.size());
    return RuleDecoder.decode(family, ExpressionReader.readAll(list));
  }

  @Provide
  static Arbitrary<Rule> rules() {
    return statements().list().ofMinSize(1).ofMaxSize(5).map(Rule::new);
  }

  private static Arbitrary<Statement> statements() {
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(31);
    Arbitrary<List<Operand>> keys = operands().list().ofMinSize(1).ofMaxSize(3);
    Arbitrary<List<Operand>> clients =
        Arbitraries.of(
            List.of(Field.ORIGINAL_DESTINATION, Field.PROTOCOL, Field.ORIGINAL_PORT, Field.SOURCE),
            List.of(Field.DESTINATION, Field.PORT, Field.SOURCE));
    Arbitrary<Integer> seconds = Arbitraries.integers().between(1, 86_400);
    List<Operand> endpoint = List.of(Field.REPLY_SOURCE, Field.REPLY_PORT);
    return Arbitraries.oneOf(
        Combinators.combine(keys, names, Arbitraries.of(true, false)).as(Statement.InSet::new),
        Arbitraries.of(Protocol.values()).map(Statement.ProtocolIs::new),
        Arbitraries.of(true, false).map(Statement.SourceIsNode::new),
        Arbitraries.of(
            new Statement.ConnectionIsNew(),
            new Statement.ConnectionIsTranslated(),
            new Statement.ConnectionIsInvalid(),
            new Statement.IsFromClient(),
            new Statement.LacksTcpFlags(EnumSet.of(Statement.TcpFlag.SYN)),
            new Statement.LacksTcpFlags(EnumSet.allOf(Statement.TcpFlag.class)),
            new Statement.ArrivesOn(new PodInterface("cni0", false), true),
            new Statement.ArrivesOn(new PodInterface("veth", true), false),
            new Statement.ArrivesOn(new PodInterface("a-name-of-15-ch", true), false),
            new Statement.ResetConnection(),
            new Statement.Masquerade(),
            new Statement.Drop(),
            new Statement.Reject()),
        Combinators.combine(keys, names).as(Statement.VerdictFrom::new),
        Combinators.combine(keys, names).as(Statement.TranslateTo::new),
        Combinators.combine(names, clients, seconds)
            .as((map, key, timeout) -> new Statement.Remember(map, key, timeout, endpoint)),
        names.map(Statement.Jump::new),
        names.map(Statement.Goto::new));
  }

  private static Arbitrary<Operand> operands() {
    return Arbitraries.oneOf(
        Arbitraries.of(Field.values()).map(field -> field),
        Arbitraries.integers().between(2, 65_536).map(Operand.SourceHash::new),
        Arbitraries.integers().between(1, 65_536).map(Operand.RandomSlot::new));
  }
}
