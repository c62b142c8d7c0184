// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.EndpointReport;
import dev.ferrule.rules.compile.EndpointStanding;
import dev.ferrule.rules.compile.HintUse;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.ServicePort;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Says in words why endpoints are used or left out. */
final class EndpointReasons {

  /** As many are named; the rest is counted. */
  private static final int NAMED = 20;

  private final EndpointReport report;
  private final ServicePort port;
  private final Target.Pool pool;
  private final NodeView node;
  private final Reasons reasons;

  EndpointReasons(
      EndpointReport report, ServicePort port, Target.Pool pool, NodeView node, Reasons reasons) {
    this.report = report;
    this.port = port;
    this.pool = pool;
    this.node = node;
    this.reasons = reasons;
  }

  void tell() {
    String name = port.name().isEmpty() ? "unnamed port" : "port " + port.name();
    for (EndpointSlice slice : report.withoutPort()) {
      reasons.add(
          Reason.Topic.ENDPOINTS,
          "EndpointSlice "
              + slice.name()
              + " has no "
              + name
              + " of "
              + port.protocol()
              + ", so its endpoints are left out");
    }
    if (report.endpoints().isEmpty() && report.withoutPort().isEmpty()) {
      reasons.add(Reason.Topic.ENDPOINTS, "the Service has no endpoints");
    }
    hints();
    if (report.endpoints().stream()
        .anyMatch(e -> e.standing() == EndpointStanding.Standing.USED_TERMINATING)) {
      reasons.add(
          Reason.Topic.ENDPOINTS,
          "no endpoint"
              + (pool == Target.Pool.LOCAL ? " here" : "")
              + " is ready: those are used that terminate and still serve");
    }
    for (EndpointStanding endpoint : report.endpoints()) {
      if (endpoint.copies() > 1) {
        reasons.add(
            Reason.Topic.ENDPOINTS,
            endpoint.backend() + " is in " + endpoint.copies() + " EndpointSlices and counts once");
      }
    }
    List<EndpointStanding> out = report.endpoints().stream().filter(e -> !e.used()).toList();
    out.stream()
        .limit(NAMED)
        .forEach(e -> reasons.add(Reason.Topic.ENDPOINTS, e.backend() + " is left out: " + why(e)));
    if (out.size() > NAMED) {
      reasons.add(Reason.Topic.ENDPOINTS, (out.size() - NAMED) + " more are left out");
    }
  }

  private String why(EndpointStanding endpoint) {
    return switch (endpoint.standing()) {
      case USED, USED_TERMINATING -> throw new IllegalStateException(endpoint + " is used");
      case WEIGHT_ZERO -> "its weight is 0";
      case OTHER_NODE -> {
        String other = endpoint.endpoint().nodeName();
        yield other == null ? "it names no node" : "it is on node " + other;
      }
      case NOT_READY -> "it is not ready";
      case TERMINATING -> "it terminates, and others are ready";
      case TERMINATED -> "it terminates and does not serve any more";
      case HINTED_ELSEWHERE ->
          report.hints() == HintUse.SAME_NODE
              ? "its hint is for node " + names(endpoint.endpoint().nodeHints())
              : "its hint is for zone " + names(endpoint.endpoint().zoneHints());
    };
  }

  private static String names(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }

  private void hints() {
    if (pool == Target.Pool.LOCAL) {
      return;
    }
    String off = "topology hints are not used: ";
    switch (report.hints()) {
      case NONE_GIVEN -> {}
      case SAME_NODE -> hint("topology hints: only endpoints for node " + node.name());
      case SAME_ZONE -> hint("topology hints: only endpoints for zone " + node.zone());
      case NODE_WITHOUT_ZONE ->
          hint(off + "node " + node.name() + " has no label topology.kubernetes.io/zone");
      case NONE_NAMES_ZONE -> hint(off + "none names zone " + node.zone());
      case SOME_WITHOUT ->
          report.endpoints().stream()
              .filter(e -> e.endpoint().ready() && e.endpoint().zoneHints().isEmpty())
              .filter(e -> e.standing() != EndpointStanding.Standing.WEIGHT_ZERO)
              .findFirst()
              .ifPresent(e -> hint(off + e.backend() + " has none for a zone"));
    }
  }

  private void hint(String text) {
    reasons.add(Reason.Topic.HINTS, text);
  }
}
