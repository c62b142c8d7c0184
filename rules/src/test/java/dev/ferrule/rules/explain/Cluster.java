// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static dev.ferrule.rules.testing.Examples.ip;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.diff.DesiredChains;
import dev.ferrule.rules.diff.DesiredTable;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.PathText;
import dev.ferrule.rules.trace.Tracer;
import dev.ferrule.rules.trace.XtPathText;
import dev.ferrule.rules.trace.XtTracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Some Services on a node, to ask questions about. */
final class Cluster {

  private static final List<Cidr> SERVICE_CIDRS =
      List.of(Cidr.parse("10.96.0.0/16"), Cidr.parse("fd00:10:96::/112"));

  private final ForwardingTable table = new ForwardingTable();
  private final List<KnownService> known = new ArrayList<>();
  private final ForwardingSettings settings;
  private final NodeContext context;

  Cluster() {
    this(Examples.NODE, Examples.SETTINGS);
  }

  Cluster(NodeView node, ForwardingSettings settings) {
    this.settings = settings;
    this.context = NodeContext.of(node, settings);
  }

  Cluster with(Examples.ServiceBuilder service, EndpointSlice... slices) {
    return with(service.build(), slices);
  }

  Cluster with(Service service, EndpointSlice... slices) {
    table.put(new ServiceCompiler(context).compile(service, List.of(slices)));
    known.add(new KnownService(service, List.of(slices), false));
    return this;
  }

  /** A Service of another proxy: known, but nothing is compiled for it. */
  Cluster foreign(Service service, EndpointSlice... slices) {
    known.add(new KnownService(service, List.of(slices), true));
    return this;
  }

  Answer ask(String from, String to, int port) {
    return ask(new Connection(ip(from), ip(to), Protocol.TCP, port));
  }

  Answer ask(Connection connection) {
    return explainer().answer(connection);
  }

  Explainer explainer() {
    return new Explainer(table, context, SERVICE_CIDRS, known);
  }

  List<Outcome> trace(Connection connection) {
    return new Tracer(
            new DesiredTable(
                    connection.to().family(),
                    context.podRanges().values(),
                    settings.podInterface(),
                    SERVICE_CIDRS)
                .build(table.frontends()),
            context::isNode,
            Map.of())
        .trace(connection);
  }

  /** The whole answer as text. */
  String text(String from, String to, int port) {
    Connection connection = new Connection(ip(from), ip(to), Protocol.TCP, port);
    return AnswerText.of(ask(connection), PathText.of(trace(connection), connection.to().family()));
  }

  /** The whole answer as text, with chains of iptables. */
  String textOfChains(String from, String to, int port) {
    Connection connection = new Connection(ip(from), ip(to), Protocol.TCP, port);
    IpFamily family = connection.to().family();
    XtSettings xt =
        new XtSettings(
            context.podRanges().get(family),
            context.podInterface(),
            XtSettings.DEFAULT_MASQUERADE_BIT,
            true,
            false);
    XtTracer tracer =
        new XtTracer(
            new DesiredChains(family, xt).build(table.frontends()), context::isNode, list -> false);
    return AnswerText.of(
        new Explainer(table, context, SERVICE_CIDRS, known, RuleKind.IPTABLES).answer(connection),
        XtPathText.of(tracer.trace(connection), family));
  }

  /** The reasons of an answer about one topic. */
  static List<String> about(Reason.Topic topic, Answer answer) {
    return answer.reasons().stream().filter(r -> r.topic() == topic).map(Reason::text).toList();
  }
}
