// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The chains that are the same whatever Services there are. NAT and filter chains see only the
 * first packet of a connection, so their length is paid once per connection.
 */
final class ConstantChains {

  private static final String DISPATCH = "dispatch";
  private static final String RANGES = "source_ranges";
  private static final String AFTER_DNAT = "after_dnat";

  /** The chain that learns which endpoint a client went to. */
  static final String LEARN = "learn";

  private static final int DSTNAT = -100;
  private static final int SRCNAT = 100;
  private static final int FILTER = 0;

  /** Before DNAT, so that the address the client chose is still in the packet. */
  private static final int BEFORE_DSTNAT = -110;

  private ConstantChains() {}

  static List<Chain> all(Collection<AffinityClass> affinity) {
    Rule jumpToRanges = Rule.of(new Statement.ConnectionIsNew(), new Statement.Jump(RANGES));
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
        filter("forward_filter", Chain.Point.FORWARD, FILTER, refusals(true)),
        filter("output_filter", Chain.Point.OUTPUT, FILTER, refusals(true)),
        filter("input_filter", Chain.Point.INPUT, FILTER, refusals(false)),
        new Chain(DISPATCH, null, dispatch()),
        new Chain(RANGES, null, List.of(ranges())),
        new Chain(AFTER_DNAT, null, afterDnat()),
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
  private static List<Rule> dispatch() {
    return List.of(
        Rule.of(
            new Statement.InSet(Layout.FRONTEND, Layout.LOCAL_POLICY, false),
            new Statement.InSet(List.of(Operand.Field.SOURCE), Layout.PODS, true),
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

  private static List<Rule> afterDnat() {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.of(new Statement.Jump(LEARN)));
    rules.add(
        Rule.of(
            new Statement.InSet(
                List.of(Operand.Field.SOURCE, Operand.Field.DESTINATION), Layout.HAIRPIN, false),
            new Statement.Masquerade()));
    for (Protocol protocol : Protocol.values()) {
      rules.add(masquerade(protocol, Layout.MASQ_ALL));
    }
    for (Protocol protocol : Protocol.values()) {
      rules.add(
          masquerade(
              protocol,
              Layout.MASQ_NON_PODS,
              new Statement.InSet(List.of(Operand.Field.SOURCE), Layout.PODS, true)));
    }
    for (Protocol protocol : Protocol.values()) {
      rules.add(masquerade(protocol, Layout.MASQ_NODE, new Statement.SourceIsNode(false)));
    }
    return rules;
  }

  /**
   * The original destination decides, so no mark is needed and another program's DNAT is left
   * alone. {@code ct original proto-dst} can only be written behind a protocol match.
   */
  private static Rule masquerade(Protocol protocol, String set, Statement... more) {
    List<Statement> statements = new ArrayList<>();
    statements.add(new Statement.ProtocolIs(protocol));
    statements.add(new Statement.InSet(Layout.ORIGINAL_FRONTEND, set, false));
    statements.addAll(List.of(more));
    statements.add(new Statement.Masquerade());
    return new Rule(statements);
  }

  /**
   * After DNAT, what still goes to a Service has no endpoint, a port the Service does not have, or
   * an address that no Service has.
   */
  private static List<Rule> refusals(boolean clusterIps) {
    List<Rule> rules = new ArrayList<>();
    rules.add(refusal(Layout.FRONTEND, Layout.NO_ENDPOINTS, new Statement.Reject()));
    if (clusterIps) {
      List<Operand> destination = List.of(Operand.Field.DESTINATION);
      rules.add(refusal(destination, Layout.CLUSTER_IPS, new Statement.Reject()));
      rules.add(refusal(destination, Layout.SERVICE_CIDRS, new Statement.Drop()));
    }
    return rules;
  }

  private static Rule refusal(List<Operand> key, String set, Statement verdict) {
    return Rule.of(new Statement.ConnectionIsNew(), new Statement.InSet(key, set, false), verdict);
  }

  private static Chain nat(String name, Chain.Point point, int priority, Rule rule) {
    return new Chain(name, new Chain.Hook(Chain.Type.NAT, point, priority), List.of(rule));
  }

  private static Chain filter(String name, Chain.Point point, int priority, List<Rule> rules) {
    return new Chain(name, new Chain.Hook(Chain.Type.FILTER, point, priority), rules);
  }
}
