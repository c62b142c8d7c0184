// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import static dev.ferrule.rules.testing.Examples.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.DataType;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TracerTest {

  private static final List<Operand> DESTINATION = List.of(Operand.Field.DESTINATION);
  private static final Statement.Drop DROP = new Statement.Drop();

  /** One of each kind: who adds a kind must say here what it does to a first packet. */
  private static final Map<Statement, String> KINDS =
      Map.ofEntries(
          Map.entry(new Statement.InSet(DESTINATION, "members", false), "drop"),
          Map.entry(new Statement.ProtocolIs(Protocol.TCP), "drop"),
          Map.entry(new Statement.SourceIsNode(false), "pass"),
          Map.entry(new Statement.ConnectionIsTranslated(), "pass"),
          Map.entry(new Statement.ConnectionIsNew(), "drop"),
          Map.entry(new Statement.ConnectionIsInvalid(), "pass"),
          Map.entry(new Statement.IsFromClient(), "drop"),
          Map.entry(new Statement.ArrivesOn(new PodInterface("cni0", false), false), "pass"),
          Map.entry(new Statement.LacksTcpFlags(Set.of(Statement.TcpFlag.ACK)), "drop"),
          Map.entry(new Statement.VerdictFrom(DESTINATION, "verdicts"), "reject"),
          Map.entry(new Statement.TranslateTo(DESTINATION, "targets"), "10.0.0.9:99"),
          Map.entry(new Statement.Remember("affinity", DESTINATION, 1, DESTINATION), "drop"),
          Map.entry(new Statement.Masquerade(), "pass"),
          Map.entry(new Statement.Drop(), "drop"),
          Map.entry(new Statement.Reject(), "reject"),
          Map.entry(new Statement.ResetConnection(), "reject"),
          Map.entry(new Statement.Jump("refuse"), "reject"),
          Map.entry(new Statement.Goto("refuse"), "reject"),
          Map.entry(new Statement.Foreign("counter"), "unclear"));

  private static final Map<Class<?>, List<Operand>> OPERANDS =
      Map.of(
          Operand.Field.class, List.of(Operand.Field.values()),
          Operand.Part.class,
              List.of(
                  new Operand.Part(Operand.Field.SOURCE, Operand.Mask.LAST_4_BITS),
                  new Operand.Part(Operand.Field.DESTINATION, Operand.Mask.BLOCK)),
          Operand.SourceHash.class, List.of(new Operand.SourceHash(7)),
          Operand.RandomSlot.class, List.of(new Operand.RandomSlot(1)));

  private static final Connection CONNECTION =
      new Connection(ip("10.0.0.1"), ip("10.0.0.2"), Protocol.TCP, 80);

  @Test
  void everyKindOfStatementIsFollowed() {
    assertThat(KINDS.keySet().stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Statement.class.getPermittedSubclasses())
                .filter(kind -> !kind.isEnum())
                .collect(Collectors.toSet()));
    KINDS.forEach(
        (statement, end) -> {
          TableState table = table(chain("in", 0, new Rule(List.of(statement, DROP))));
          assertThat(ends(table)).as("%s", statement).containsExactly(Map.entry(end, Share.ALL));
        });
  }

  @Test
  void everyKindOfOperandHasAValue() {
    for (Class<?> kind : Operand.class.getPermittedSubclasses()) {
      List<Operand> samples = OPERANDS.getOrDefault(kind, List.of());
      assertThat(samples).as("%s", kind).isNotEmpty();
      for (Operand operand : samples) {
        SetDeclaration set =
            new SetDeclaration(
                "one",
                SetDeclaration.Kind.SET,
                List.of(operand.type(IpFamily.IPV4)),
                List.of(),
                Set.of(),
                0,
                0);
        Packet packet = new Packet(CONNECTION, IpAddress::isLoopback);
        assertThat(KeyBuilder.keys(List.of(operand), IpFamily.IPV4, packet))
            .singleElement()
            .satisfies(key -> assertThat(key.length()).isEqualTo(set.keyBytes()));
      }
    }
  }

  @Test
  void chanceIsFollowedEveryWay() {
    Operand random = new Operand.RandomSlot(4);
    Statement pick = new Statement.TranslateTo(List.of(random), "slots");
    TableState table = table(chain("in", 0, new Rule(List.of(pick)), new Rule(List.of(DROP))));
    // Slots 0 and 1 are one endpoint, 2 another, and 3 is empty: the rule does not match then.
    assertThat(ends(table))
        .containsOnly(
            Map.entry("10.0.0.1:1", new Share(1, 2)),
            Map.entry("10.0.0.2:2", new Share(1, 4)),
            Map.entry("drop", new Share(1, 4)));
  }

  @Test
  void lowerPrioritiesComeFirst() {
    TableState table =
        table(
            chain("a", 5, new Rule(List.of(new Statement.Reject()))),
            chain("b", -5, new Rule(List.of(DROP))));
    assertThat(ends(table)).containsOnlyKeys("drop");
  }

  @Test
  void rangesOfAConcatenationAreComparedFieldByField() {
    Statement in =
        new Statement.InSet(
            List.of(Operand.Field.SOURCE, Operand.Field.DESTINATION), "pairs", false);
    TableState table = table(chain("in", 0, new Rule(List.of(in, DROP))));
    assertThat(ends(table)).containsOnlyKeys("drop");
    Connection other = new Connection(ip("10.0.0.1"), ip("10.0.9.9"), Protocol.TCP, 80);
    assertThat(new Tracer(table, IpAddress::isLoopback, Map.of()).trace(other))
        .extracting(Outcome::fate)
        .containsExactly(new Fate.Passed());
  }

  @Test
  void whatIsMissingIsSaid() {
    Rule rule = new Rule(List.of(new Statement.Jump("nowhere")));
    assertThat(trace(table(chain("in", 0, rule))))
        .extracting(Outcome::fate)
        .containsExactly(new Fate.Unclear("there is no chain nowhere"));
  }

  private static Map<String, Share> ends(TableState table) {
    Map<String, Share> ends = new TreeMap<>();
    for (Outcome outcome : trace(table)) {
      String end =
          outcome.fate() instanceof Fate.Delivered delivered
              ? delivered.backend().toString()
              : outcome.fate() instanceof Fate.Rejected
                  ? "reject"
                  : outcome.fate() instanceof Fate.Dropped
                      ? "drop"
                      : outcome.fate() instanceof Fate.Passed ? "pass" : "unclear";
      ends.merge(end, outcome.share(), Share::plus);
    }
    return ends;
  }

  private static List<Outcome> trace(TableState table) {
    return new Tracer(table, IpAddress::isLoopback, Map.of()).trace(CONNECTION);
  }

  private static Chain chain(String name, int priority, Rule... rules) {
    return new Chain(
        name, new Chain.Hook(Chain.Type.FILTER, Chain.Point.PREROUTING, priority), List.of(rules));
  }

  private static TableState table(Chain... chains) {
    TreeMap<String, Chain> all = new TreeMap<>();
    Arrays.stream(chains).forEach(chain -> all.put(chain.name(), chain));
    all.put(
        "refuse", new Chain("refuse", null, List.of(new Rule(List.of(new Statement.Reject())))));
    List<DataType> address = List.of(DataType.IPV4_ADDR);
    List<DataType> target = List.of(DataType.IPV4_ADDR, DataType.INET_SERVICE);
    Bytes to = bytes(10, 0, 0, 2);
    TreeMap<String, TableState.SetState> sets = new TreeMap<>();
    put(
        sets,
        SetDeclaration.Kind.SET,
        "members",
        address,
        List.of(),
        Map.of(to, ElementValue.member()));
    put(
        sets,
        SetDeclaration.Kind.VERDICT_MAP,
        "verdicts",
        address,
        List.of(),
        Map.of(to, new ElementValue.GotoChain("refuse")));
    put(
        sets,
        SetDeclaration.Kind.MAP,
        "targets",
        address,
        target,
        Map.of(to, new ElementValue.Data(bytes(10, 0, 0, 9, 0, 99, 0, 0))));
    ElementValue first = new ElementValue.Data(bytes(10, 0, 0, 1, 0, 1, 0, 0));
    ElementValue second = new ElementValue.Data(bytes(10, 0, 0, 2, 0, 2, 0, 0));
    put(
        sets,
        SetDeclaration.Kind.MAP,
        "slots",
        List.of(DataType.SLOT),
        target,
        Map.of(slot(0), first, slot(1), first, slot(2), second));
    SetDeclaration pairs =
        new SetDeclaration(
            "pairs",
            SetDeclaration.Kind.SET,
            List.of(DataType.IPV4_ADDR, DataType.IPV4_ADDR),
            List.of(),
            Set.of(SetDeclaration.Flag.INTERVAL),
            0,
            0);
    ElementKey range =
        new ElementKey(bytes(10, 0, 0, 0, 10, 0, 0, 0), bytes(10, 0, 0, 255, 10, 0, 0, 5));
    sets.put(
        "pairs",
        new TableState.SetState(
            pairs, new HashMap<>(Map.of(range, Element.of(range, ElementValue.member())))));
    return new TableState(IpFamily.IPV4, sets, all);
  }

  private static void put(
      Map<String, TableState.SetState> sets,
      SetDeclaration.Kind kind,
      String name,
      List<DataType> key,
      List<DataType> data,
      Map<Bytes, ElementValue> content) {
    Map<ElementKey, Element> elements = new HashMap<>();
    content.forEach(
        (bytes, value) -> {
          ElementKey single = ElementKey.single(bytes);
          elements.put(single, Element.of(single, value));
        });
    sets.put(
        name,
        new TableState.SetState(
            new SetDeclaration(name, kind, key, data, Set.of(), 0, 0), elements));
  }

  private static Bytes slot(int number) {
    ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
    return Bytes.of(buffer.putInt(number).array());
  }

  private static Bytes bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Bytes.of(bytes);
  }
}
