// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import java.util.List;

/** Whose address the endpoint sees. */
final class MasqueradeRule {

  private final Frontend frontend;
  private final Client client;
  private final NodeContext context;

  MasqueradeRule(Frontend frontend, Client client, NodeContext context) {
    this.frontend = frontend;
    this.client = client;
    this.context = context;
  }

  boolean holdsFor(Backend backend) {
    return !endsHere(backend) && (isClient(backend) || holdsForClient());
  }

  /** What comes from elsewhere and ends on this node never passes the chains that masquerade. */
  private boolean endsHere(Backend backend) {
    return !client.node() && context.isNode(backend.address());
  }

  private boolean isClient(Backend backend) {
    return backend.address().equals(client.address());
  }

  private boolean holdsForClient() {
    return switch (frontend.masquerade()) {
      case NOBODY -> false;
      case EVERYBODY -> true;
      case ALL_BUT_PODS -> !client.pod();
      case THE_NODE -> client.node();
    };
  }

  /** Says why, once for all endpoints and once for each that differs. */
  void tell(List<Way> ways, Reasons reasons) {
    if (ways.stream().anyMatch(way -> !endsHere(way.backend()) && !isClient(way.backend()))) {
      reasons.add(Reason.Topic.MASQUERADE, why());
    }
    for (Way way : ways) {
      if (endsHere(way.backend())) {
        reasons.add(
            Reason.Topic.MASQUERADE,
            way.backend() + " is on this node's own address, where nothing is masqueraded");
      } else if (isClient(way.backend())) {
        reasons.add(
            Reason.Topic.MASQUERADE,
            way.backend()
                + " is the client itself: masqueraded, else it would answer past this node");
      }
    }
  }

  private String why() {
    boolean clusterIp = frontend.kind() == Frontend.Kind.CLUSTER_IP;
    return switch (frontend.masquerade()) {
      case NOBODY -> "not masqueraded: no way to tell Pods is set, so everybody keeps its address";
      case EVERYBODY ->
          clusterIp
              ? "masqueraded: masqueradeAll is set"
              : "masqueraded: the endpoint may be on another node, and must answer by this one";
      case ALL_BUT_PODS ->
          client.pod()
              ? "not masqueraded: a Pod keeps its address"
              : "masqueraded: the client of a ClusterIP is not a Pod";
      case THE_NODE ->
          client.node()
              ? "masqueraded: the client is this node itself"
              : "not masqueraded: externalTrafficPolicy Local keeps the client's address";
    };
  }
}
