// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.DataType;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Operand.Field;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SetDeclaration.Flag;
import dev.ferrule.rules.nftables.SetDeclaration.Kind;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.nftables.TableState.SetState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table with each kind of set, element and statement, in either family. */
final class SampleTable {

  static final List<Operand> FRONTEND = List.of(Field.DESTINATION, Field.PROTOCOL, Field.PORT);
  static final List<Operand> ORIGINAL =
      List.of(Field.ORIGINAL_DESTINATION, Field.PROTOCOL, Field.ORIGINAL_PORT);

  private final IpFamily family;
  private final DataType address;

  SampleTable(IpFamily family) {
    this.family = family;
    this.address = family == IpFamily.IPV4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR;
  }

  private List<DataType> frontendKey(DataType... more) {
    List<DataType> key = new ArrayList<>();
    key.add(address);
    key.add(DataType.INET_PROTO);
    key.add(DataType.INET_SERVICE);
    key.addAll(List.of(more));
    return key;
  }

  SetDeclaration endpoints(int size) {
    return new SetDeclaration(
        "endpoints",
        Kind.MAP,
        frontendKey(DataType.SLOT),
        List.of(address, DataType.INET_SERVICE),
        Set.of(),
        size,
        0);
  }

  SetDeclaration services() {
    return new SetDeclaration(
        "services", Kind.VERDICT_MAP, frontendKey(), List.of(), Set.of(), 1024, 0);
  }

  SetDeclaration affinity() {
    return new SetDeclaration(
        "affinity",
        Kind.MAP,
        frontendKey(address),
        List.of(address, DataType.INET_SERVICE),
        Set.of(Flag.DYNAMIC, Flag.TIMEOUT),
        65536,
        10800);
  }

  SetDeclaration masquerade(int size) {
    return new SetDeclaration("masq", Kind.SET, frontendKey(), List.of(), Set.of(), size, 0);
  }

  SetDeclaration hairpin() {
    return new SetDeclaration(
        "hairpin", Kind.SET, List.of(address, address), List.of(), Set.of(), 0, 0);
  }

  SetDeclaration clusterIps() {
    return new SetDeclaration(
        "cluster_ips", Kind.SET, List.of(address), List.of(), Set.of(), 128, 0);
  }

  SetDeclaration pods() {
    return new SetDeclaration(
        "pods", Kind.SET, List.of(address), List.of(), Set.of(Flag.INTERVAL), 0, 0);
  }

  SetDeclaration allowed() {
    return new SetDeclaration(
        "allowed", Kind.SET, frontendKey(address), List.of(), Set.of(Flag.INTERVAL), 0, 0);
  }

  /** The n-th of many addresses. */
  IpAddress address(int n) {
    return IpAddress.parse(family == IpFamily.IPV4 ? "10.0.0.0" : "2001:db8::").plus(n);
  }

  /** A range of addresses: {@code ipv4} or {@code ipv6}, by family. */
  Cidr range(String ipv4, String ipv6) {
    return Cidr.parse(family == IpFamily.IPV4 ? ipv4 : ipv6);
  }

  /** A key or data of these parts: addresses, protocols, ports (Integer) and slots (Long). */
  static Bytes bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      byte[] value;
      if (part instanceof IpAddress ip) {
        value = ip.bytes();
      } else if (part instanceof Protocol protocol) {
        value = new byte[] {(byte) protocol.number()};
      } else if (part instanceof Integer port) {
        value = new byte[] {(byte) (port >> 8), port.byteValue()};
      } else {
        int slot = ((Long) part).intValue();
        value = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(slot).array();
      }
      out.writeBytes(parts.length == 1 ? value : Arrays.copyOf(value, (value.length + 3) & ~3));
    }
    return Bytes.of(out.toByteArray());
  }

  Element member(Object... key) {
    return Element.of(ElementKey.single(bytes(key)), ElementValue.member());
  }

  Element endpoint(int service, long slot, int endpoint, String comment) {
    return new Element(
        ElementKey.single(bytes(address(service), Protocol.TCP, 80, slot)),
        new ElementValue.Data(bytes(address(endpoint), 8080)),
        comment);
  }

  Element member(Cidr range, String comment) {
    return new Element(
        new ElementKey(bytes(range.address()), bytes(range.last())),
        ElementValue.member(),
        comment);
  }

  /** All there is. */
  TableState state() {
    SortedMap<String, SetState> sets = new TreeMap<>();
    put(sets, endpoints(65536), endpoint(1, 0, 1001, "default/web:http"), endpoint(1, 1, 1002, ""));
    put(
        sets,
        services(),
        new Element(
            ElementKey.single(bytes(address(1), Protocol.TCP, 80)),
            new ElementValue.GotoChain("pick2"),
            "default/web:http"),
        Element.of(ElementKey.single(bytes(address(2), Protocol.SCTP, 80)), ElementValue.drop()));
    put(sets, affinity());
    put(sets, masquerade(1024), member(address(1), Protocol.UDP, 53));
    put(sets, hairpin(), member(address(7), address(7)));
    put(sets, clusterIps(), member(address(1)));
    put(
        sets,
        pods(),
        member(range("10.128.0.0/9", "fd00:1::/32"), "pods"),
        member(range("11.0.0.0/8", "fd00:2::/32"), ""),
        member(range("240.0.0.0/4", "fe00::/7"), "to the end"),
        member(range("192.0.2.7/32", "fd00:9::7/128"), ""));
    Cidr sources = range("203.0.113.0/24", "2001:db8:9::/64");
    put(
        sets,
        allowed(),
        new Element(
            new ElementKey(
                bytes(address(1), Protocol.TCP, 80, sources.address()),
                bytes(address(1), Protocol.TCP, 80, sources.last())),
            ElementValue.member(),
            "default/web"),
        member(address(1), Protocol.TCP, 81, address(5)));
    SortedMap<String, Chain> chains = new TreeMap<>();
    for (Chain chain : chains()) {
      chains.put(chain.name(), chain);
    }
    return new TableState(family, sets, chains);
  }

  private static void put(
      SortedMap<String, SetState> sets, SetDeclaration declaration, Element... elements) {
    sets.put(
        declaration.name(),
        new SetState(
            declaration,
            Arrays.stream(elements).collect(Collectors.toMap(Element::key, Function.identity()))));
  }

  private List<Chain> chains() {
    List<Operand> picked = new ArrayList<>(FRONTEND);
    picked.add(new Operand.RandomSlot(2));
    List<Operand> client = new ArrayList<>(FRONTEND);
    client.add(Field.SOURCE);
    return List.of(
        chain("pick2", null, new Rule(List.of(new Statement.TranslateTo(picked, "endpoints")))),
        chain(
            "sticky2",
            null,
            new Rule(List.of(new Statement.TranslateTo(client, "affinity"))),
            new Rule(List.of(new Statement.Goto("pick2")))),
        chain(
            "dispatch",
            null,
            new Rule(
                List.of(
                    new Statement.InSet(List.of(Field.SOURCE), "pods", true),
                    new Statement.SourceIsNode(true),
                    new Statement.VerdictFrom(FRONTEND, "services"))),
            new Rule(
                List.of(
                    new Statement.SourceIsNode(false),
                    new Statement.InSet(List.of(Field.SOURCE), "pods", false),
                    new Statement.VerdictFrom(FRONTEND, "services")))),
        chain(
            "prerouting",
            new Chain.Hook(Chain.Type.NAT, Chain.Point.PREROUTING, -100),
            new Rule(List.of(new Statement.Jump("dispatch")))),
        chain("learn", null, learn(Protocol.TCP), learn(Protocol.UDP)),
        chain(
            "post",
            null,
            new Rule(List.of(new Statement.Jump("learn"))),
            new Rule(
                List.of(
                    new Statement.InSet(
                        List.of(
                            new Operand.Part(Field.SOURCE, Operand.Mask.LAST_4_BITS),
                            new Operand.Part(Field.DESTINATION, Operand.Mask.BLOCK)),
                        "hairpin",
                        false),
                    new Statement.InSet(List.of(Field.SOURCE, Field.DESTINATION), "hairpin", false),
                    new Statement.Masquerade())),
            new Rule(
                List.of(
                    new Statement.ProtocolIs(Protocol.SCTP),
                    new Statement.InSet(ORIGINAL, "masq", false),
                    new Statement.Masquerade()))),
        chain(
            "postrouting",
            new Chain.Hook(Chain.Type.NAT, Chain.Point.POSTROUTING, 100),
            new Rule(List.of(new Statement.ConnectionIsTranslated(), new Statement.Jump("post")))),
        chain(
            "forward",
            new Chain.Hook(Chain.Type.FILTER, Chain.Point.FORWARD, -110),
            new Rule(
                List.of(
                    new Statement.ConnectionIsNew(),
                    new Statement.InSet(FRONTEND, "masq", false),
                    new Statement.Reject())),
            new Rule(
                List.of(
                    new Statement.InSet(FRONTEND, "masq", false),
                    new Statement.InSet(client, "allowed", true),
                    new Statement.Drop())),
            new Rule(
                List.of(
                    new Statement.InSet(List.of(Field.DESTINATION), "cluster_ips", false),
                    new Statement.Drop()))));
  }

  private static Rule learn(Protocol protocol) {
    List<Operand> client = new ArrayList<>(ORIGINAL);
    client.add(Field.SOURCE);
    return new Rule(
        List.of(
            new Statement.ProtocolIs(protocol),
            new Statement.InSet(ORIGINAL, "masq", false),
            new Statement.Remember(
                "affinity", client, 10800, List.of(Field.REPLY_SOURCE, Field.REPLY_PORT))));
  }

  private static Chain chain(String name, Chain.@Nullable Hook hook, Rule... rules) {
    return new Chain(name, hook, List.of(rules));
  }

  /** The transaction that makes a table from nothing. */
  static Transaction create(TableState state) {
    IpFamily family = state.family();
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.AddTable(family));
    for (SetState set : state.sets().values()) {
      operations.add(new Operation.AddSet(family, set.declaration()));
    }
    for (Chain chain : state.chains().values()) {
      operations.add(new Operation.AddChain(family, chain));
    }
    for (Chain chain : state.chains().values()) {
      for (Rule rule : chain.rules()) {
        operations.add(new Operation.AddRule(family, chain.name(), rule));
      }
    }
    for (SetState set : state.sets().values()) {
      Map<ElementKey, Element> elements = set.elements();
      operations.add(
          new Operation.AddElements(family, set.declaration(), List.copyOf(elements.values())));
    }
    return new Transaction(operations);
  }
}
