// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.Masquerade;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.trace.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in words what a Service port's frontend does with a client. */
final class FrontendReasons {

  private final Frontend frontend;
  private final Client client;
  private final NodeContext context;
  private final KnownServices known;
  private final Reasons reasons;

  FrontendReasons(
      Frontend frontend, Client client, NodeContext context, KnownServices known, Reasons reasons) {
    this.frontend = frontend;
    this.client = client;
    this.context = context;
    this.known = known;
    this.reasons = reasons;
  }

  /** Whose address and port it is. */
  void owner(List<ObjectName> losers) {
    String what =
        switch (frontend.kind()) {
          case CLUSTER_IP -> "the ClusterIP";
          case LOAD_BALANCER -> "a LoadBalancer address";
          case EXTERNAL_IP -> "an externalIP";
          case NODE_PORT -> "a NodePort";
        };
    String port = frontend.owner().port();
    reasons.add(
        Reason.Topic.SERVICE,
        frontend.key()
            + " is "
            + what
            + " of Service "
            + frontend.owner().service()
            + (port.isEmpty() ? "" : ", port " + port));
    for (ObjectName loser : losers) {
      reasons.add(
          Reason.Topic.CONFLICT,
          "Service " + loser + " asks for it too; " + frontend.owner().service() + " came first");
    }
    if (frontend.outsiders() != null
        || frontend.masquerade() == Masquerade.ALL_BUT_PODS
        || frontend.masquerade() == Masquerade.THE_NODE) {
      reasons.add(Reason.Topic.CLIENT, client.why());
    }
  }

  /** Which range let the client in. */
  void admitted() {
    List<Cidr> allowed = frontend.allowedSources();
    if (allowed == null) {
      return;
    }
    allowed.stream()
        .filter(range -> range.contains(client.address()))
        .findFirst()
        .ifPresent(
            range ->
                reasons.add(
                    Reason.Topic.SOURCE_RANGES,
                    "loadBalancerSourceRanges: " + range + " lets " + client.address() + " in"));
  }

  /**
   * Which policy chose the endpoints, and which ones are left out.
   *
   * @param outsider the client is kept to this node's endpoints although Pods are not
   */
  void target(Target target, boolean outsider) {
    boolean local = isLocal(target);
    boolean internal = frontend.kind() == Frontend.Kind.CLUSTER_IP;
    boolean split = frontend.outsiders() != null;
    if (!(target instanceof Target.Reject)) {
      reasons.add(Reason.Topic.POLICY, policy(local, internal, split && !client.outside()));
    }
    if (target instanceof Target.Drop) {
      reasons.add(
          Reason.Topic.POLICY,
          "no endpoint on this node can be used, and those elsewhere are not allowed"
              + (outsider ? " to clients from outside" : "")
              + ": dropped");
    }
    known.endpoints(frontend, local ? Target.Pool.LOCAL : Target.Pool.CLUSTER, context, reasons);
  }

  private static boolean isLocal(Target target) {
    return target instanceof Target.Drop
        || (target instanceof Target.Balance balance && balance.pool() == Target.Pool.LOCAL);
  }

  private String policy(boolean local, boolean internal, boolean shortCut) {
    String name = internal ? "internalTrafficPolicy" : "externalTrafficPolicy";
    if (local) {
      return name + " Local: only endpoints on this node, " + context.node().name();
    }
    return shortCut
        ? name + " Local holds for clients from outside only: endpoints on every node"
        : name + " Cluster: endpoints on every node";
  }

  /** How one of several endpoints is chosen. */
  void choice(Target.Balance balance, Connection connection, @Nullable Backend remembered) {
    if (frontend.affinitySeconds() > 0) {
      reasons.add(
          Reason.Topic.AFFINITY,
          remembered == null
              ? "session affinity ClientIP: the client stays with its endpoint until it makes no new"
                  + " connection for "
                  + frontend.affinitySeconds()
                  + " s"
              : "session affinity ClientIP: the client is remembered with " + remembered);
    }
    if (remembered != null) {
      return;
    }
    if (balance.hashed()) {
      int slot = new Operand.SourceHash(balance.hashSlots()).slot(connection.from());
      reasons.add(
          Reason.Topic.BALANCING,
          "the client's address decides (source hash): slot "
              + slot
              + " of "
              + balance.hashSlots());
    } else if (!balance.weights().isEmpty()) {
      List<String> weights = new ArrayList<>();
      for (int i = 0; i < balance.backends().size(); i++) {
        weights.add(balance.backends().get(i) + " " + balance.weights().get(i));
      }
      reasons.add(Reason.Topic.BALANCING, "at random, by weight: " + String.join(", ", weights));
    } else if (balance.backends().size() > 1) {
      reasons.add(Reason.Topic.BALANCING, "at random, each with the same chance");
    }
  }
}
