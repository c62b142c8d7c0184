// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.explain.Agreement;
import dev.ferrule.rules.explain.Answer;
import dev.ferrule.rules.explain.Reason;
import dev.ferrule.rules.explain.Way;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Route;
import dev.ferrule.rules.trace.TracedRules;

/** An explanation for programs. */
public final class ExplanationJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ExplanationJson() {}

  /** The whole explanation, with a line break at the end. */
  public static String of(Explanation explanation) {
    Answer answer = explanation.answer();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("verdict", answer.verdict().text());
    connection(root.putObject("connection"), answer.connection());
    Frontend frontend = answer.frontend();
    if (frontend != null) {
      root.putObject("service")
          .put("namespace", frontend.owner().service().namespace())
          .put("name", frontend.owner().service().name())
          .put("port", frontend.owner().port())
          .put("kind", frontend.kind().text())
          .put("affinitySeconds", frontend.affinitySeconds());
    }
    ArrayNode endpoints = root.putArray("endpoints");
    for (Way way : answer.endpoints()) {
      endpoints
          .addObject()
          .put("address", way.backend().address().toString())
          .put("port", way.backend().port())
          .put("probability", way.probability().value())
          .put("masquerade", way.masquerade());
    }
    ArrayNode reasons = root.putArray("reasons");
    answer.reasons().stream().map(Reason::text).forEach(reasons::add);
    if (!explanation.remarks().isEmpty()) {
      explanation.remarks().forEach(root.putArray("remarks")::add);
    }
    rules(root.putArray("rules"), explanation.rules());
    KernelView kernel = explanation.kernel();
    if (kernel != null) {
      ObjectNode live = root.putObject("kernel");
      live.put("agrees", kernel.agrees());
      live.put("outcome", Agreement.of(kernel.rules().outcomes()).toString());
      rules(live.putArray("rules"), kernel.rules());
      kernel.differences().forEach(live.putArray("differences")::add);
    }
    PacketReport packet = explanation.packet();
    if (packet != null) {
      packet(root.putObject("packet"), packet);
    }
    try {
      return MAPPER.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an explanation always has a JSON form", e);
    }
  }

  private static void connection(ObjectNode json, Connection connection) {
    json.put("from", connection.from().toString())
        .put("to", connection.to().toString())
        .put("port", connection.port())
        .put("protocol", connection.protocol().text());
    if (connection.inInterface() != null) {
      json.put("inInterface", connection.inInterface());
    }
  }

  private static void packet(ObjectNode json, PacketReport report) {
    if (report instanceof PacketReport.NotSent not) {
      json.put("sent", false).put("why", not.why());
      return;
    }
    PacketReport.Followed followed = (PacketReport.Followed) report;
    json.put("sent", true)
        .put("packet", followed.packet())
        .put("agrees", followed.agrees())
        .put("outcome", followed.end());
    if (!followed.agrees()) {
      json.put("difference", followed.difference());
    }
    ArrayNode path = json.putArray("path");
    for (PacketReport.Line line : followed.path()) {
      path.addObject()
          .put("table", line.table())
          .put("chain", line.chain())
          .put("handle", line.handle())
          .put("rule", line.rule())
          .put("verdict", line.verdict());
    }
  }

  private static void rules(ArrayNode array, TracedRules rules) {
    for (Route route : rules.routes()) {
      ObjectNode json = array.addObject();
      json.put("outcome", Agreement.of(route.outcomes()).toString());
      ArrayNode path = json.putArray("path");
      for (Route.Line line : route.lines()) {
        ObjectNode step = path.addObject().put("chain", line.chain()).put("rule", line.rule());
        line.elements().forEach(step.putArray("elements")::add);
      }
    }
  }
}
