// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The chains that are the same whatever Services there are. NAT and filter chains see only the
 * first packet of a connection, so their length is paid once per connection.
 */
final class ConstantChains {

  private static final String DISPATCH = "dispatch";
  private static final String RANGES = "source_ranges";
  private static final String AFTER_DNAT = "after_dnat";
  private static final String REFUSALS = "refusals";
  private static final String UNSERVED = "unserved";

  /** The chain that learns which endpoint a client went to. */
  static final String LEARN = "learn";

  private static final int DSTNAT = -100;
  private static final int SRCNAT = 100;
  private static final int FILTER = 0;

  /** Before DNAT, so that the address the client chose is still in the packet. */
  private static final int BEFORE_DSTNAT = -110;

  private ConstantChains() {}

  /**
   * All of them.
   *
   * @param podInterface interfaces that tell Pods from others; null where ranges do
   */
  static List<Chain> all(Collection<AffinityClass> affinity, @Nullable PodInterface podInterface) {
    Statement notPod =
        podInterface == null
            ? new Statement.InSet(List.of(Operand.Field.SOURCE), Layout.PODS, true)
            : new Statement.ArrivesOn(podInterface, true);
    Rule jumpToRanges = jumpTo(RANGES);
    Rule jumpToDispatch = Rule.of(new Statement.Jump(DISPATCH));
    return List.of(
        nat("prerouting", Chain.Point.PREROUTING, DSTNAT, jumpToDispatch),
        nat("output", Chain.Point.OUTPUT, DSTNAT, jumpToDispatch),
        nat(
            "postrouting",
            Chain.Point.POSTROUTING,
            SRCNAT,
            Rule.of(new Statement.ConnectionIsTranslated(), new Statement.Jump(AFTER_DNAT))),
        // Endpoints on the node itself are reached through input, never through postrouting.
        nat(
            "input",
            Chain.Point.INPUT,
            SRCNAT,
            Rule.of(new Statement.ConnectionIsTranslated(), new Statement.Jump(LEARN))),
        filter("prerouting_ranges", Chain.Point.PREROUTING, BEFORE_DSTNAT, List.of(jumpToRanges)),
        filter("output_ranges", Chain.Point.OUTPUT, BEFORE_DSTNAT, List.of(jumpToRanges)),
        filter(
            "forward_filter",
            Chain.Point.FORWARD,
            FILTER,
            List.of(jumpTo(REFUSALS), refuseKeptFlow(), dropStrayFromEndpoint())),
        filter(
            "output_filter",
            Chain.Point.OUTPUT,
            FILTER,
            List.of(jumpTo(REFUSALS), refuseKeptFlow())),
        filter(
            "input_filter", Chain.Point.INPUT, FILTER, List.of(jumpTo(UNSERVED), refuseKeptFlow())),
        new Chain(REFUSALS, null, refusals()),
        new Chain(UNSERVED, null, unserved()),
        new Chain(DISPATCH, null, dispatch(notPod)),
        new Chain(RANGES, null, List.of(ranges())),
        new Chain(AFTER_DNAT, null, afterDnat(notPod)),
        learn(affinity));
  }

  /** The learning chain for the classes of affinity that are in use. */
  static Chain learn(Collection<AffinityClass> affinity) {
    return new Chain(
        LEARN, null, new TreeSet<>(affinity).stream().map(AffinityClass::rule).toList());
  }

  /**
   * Pods and the node pass the first rule by: they may use every endpoint of a Service whose
   * externalTrafficPolicy is Local.
   */
  private static List<Rule> dispatch(Statement notPod) {
    return List.of(
        Rule.of(
            new Statement.InSet(Layout.FRONTEND, Layout.LOCAL_POLICY, false),
            notPod,
            new Statement.SourceIsNode(true),
            new Statement.VerdictFrom(Layout.FRONTEND, Layout.EXTERNAL_LOCAL)),
        Rule.of(new Statement.VerdictFrom(Layout.FRONTEND, Layout.SERVICES)));
  }

  private static Rule ranges() {
    List<Operand> client = new ArrayList<>(Layout.FRONTEND);
    client.add(Operand.Field.SOURCE);
    return Rule.of(
        new Statement.InSet(Layout.FRONTEND, Layout.RESTRICTED, false),
        new Statement.InSet(client, Layout.ALLOWED_SOURCES, true),
        new Statement.Drop());
  }

  private static List<Rule> afterDnat(Statement notPod) {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.of(new Statement.Jump(LEARN)));
    rules.add(
        Rule.of(
            new Statement.InSet(
                List.of(
                    new Operand.Part(Operand.Field.SOURCE, Operand.Mask.LAST_4_BITS),
                    new Operand.Part(Operand.Field.DESTINATION, Operand.Mask.LAST_4_BITS)),
                Layout.SAME_LAST_BITS,
                false),
            new Statement.InSet(
                List.of(Operand.Field.SOURCE, Operand.Field.DESTINATION), Layout.HAIRPIN, false),
            new Statement.Masquerade()));
    for (Protocol protocol : Protocol.values()) {
      rules.add(masquerade(protocol, List.of(originally(Layout.MASQ_ALL))));
    }
    for (Protocol protocol : Protocol.values()) {
      // Who asks comes first: Pods ask most, and the set has every ClusterIP port.
      rules.add(masquerade(protocol, List.of(notPod, originally(Layout.MASQ_NON_PODS))));
    }
    for (Protocol protocol : Protocol.values()) {
      rules.add(
          masquerade(
              protocol, List.of(originally(Layout.MASQ_NODE), new Statement.SourceIsNode(false))));
    }
    return rules;
  }

  /**
   * The original destination decides, so no mark is needed and another program's DNAT is left
   * alone. {@code ct original proto-dst} can only be written behind a protocol match.
   */
  private static Rule masquerade(Protocol protocol, List<Statement> conditions) {
    List<Statement> statements = new ArrayList<>();
    statements.add(new Statement.ProtocolIs(protocol));
    statements.addAll(conditions);
    statements.add(new Statement.Masquerade());
    return new Rule(statements);
  }

  private static Statement originally(String set) {
    return new Statement.InSet(Layout.ORIGINAL_FRONTEND, set, false);
  }

  private static Rule jumpTo(String chain) {
    return Rule.of(new Statement.ConnectionIsNew(), new Statement.Jump(chain));
  }

  /**
   * After DNAT, what still goes to a Service has no endpoint, a port the Service does not have, or
   * an address that no Service has.
   */
  private static List<Rule> refusals() {
    List<Operand> destination = List.of(Operand.Field.DESTINATION);
    return List.of(
        Rule.of(new Statement.Jump(UNSERVED)),
        Rule.of(
            new Statement.InSet(
                List.of(new Operand.Part(Operand.Field.DESTINATION, Operand.Mask.BLOCK)),
                Layout.CLUSTER_IP_BLOCKS,
                false),
            new Statement.InSet(destination, Layout.CLUSTER_IPS, false),
            new Statement.Reject()),
        Rule.of(
            new Statement.InSet(destination, Layout.SERVICE_CIDRS, false), new Statement.Drop()));
  }

  /**
   * A TCP packet in the middle of a connection that is no longer tracked takes no notice of an ICMP
   * error; only a reset ends it.
   */
  private static List<Rule> unserved() {
    Statement without = new Statement.InSet(Layout.FRONTEND, Layout.NO_ENDPOINTS, false);
    return List.of(
        Rule.of(
            new Statement.ProtocolIs(Protocol.TCP),
            new Statement.LacksTcpFlags(Set.of(Statement.TcpFlag.SYN)),
            without,
            new Statement.ResetConnection()),
        Rule.of(without, new Statement.Reject()));
  }

  /**
   * UDP flows that are still tracked when a Service loses its last endpoint: their packets would go
   * on to an address where nobody, or somebody else, is (kubernetes/kubernetes#139628).
   */
  private static Rule refuseKeptFlow() {
    return Rule.of(
        new Statement.IsFromClient(),
        new Statement.ProtocolIs(Protocol.UDP),
        new Statement.InSet(Layout.ORIGINAL_FRONTEND, Layout.NO_ENDPOINTS, false),
        new Statement.Reject());
  }

  /**
   * What connection tracking cannot place is not translated back, so the client would see a packet
   * of an endpoint it never spoke to and reset the connection (kubernetes/kubernetes#74839). The
   * second packet of a handshake is spared: with asymmetric routes it is all that passes here.
   */
  private static Rule dropStrayFromEndpoint() {
    return Rule.of(
        new Statement.ConnectionIsInvalid(),
        new Statement.ProtocolIs(Protocol.TCP),
        new Statement.InSet(
            List.of(Operand.Field.SOURCE, Operand.Field.SOURCE), Layout.HAIRPIN, false),
        new Statement.LacksTcpFlags(Set.of(Statement.TcpFlag.SYN, Statement.TcpFlag.ACK)),
        new Statement.Drop());
  }

  private static Chain nat(String name, Chain.Point point, int priority, Rule rule) {
    return new Chain(name, new Chain.Hook(Chain.Type.NAT, point, priority), List.of(rule));
  }

  private static Chain filter(String name, Chain.Point point, int priority, List<Rule> rules) {
    return new Chain(name, new Chain.Hook(Chain.Type.FILTER, point, priority), rules);
  }
}
