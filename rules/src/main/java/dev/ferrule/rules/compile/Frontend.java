// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to connections to one address and port.
 *
 * @param owner the Service port it belongs to
 * @param target what a connection gets
 * @param outsiders what connections get whose source is neither a Pod nor this node, where that
 *     differs (externalTrafficPolicy Local); null where it does not
 * @param affinitySeconds how long a client stays with its backend; 0 for no affinity
 * @param allowedSources ranges that may connect; null for everybody
 */
public record Frontend(
    FrontendKey key,
    Kind kind,
    ServicePortName owner,
    Target target,
    @Nullable Target outsiders,
    int affinitySeconds,
    Masquerade masquerade,
    @Nullable List<Cidr> allowedSources) {

  /** Where the address comes from; the order decides when a Service names one address twice. */
  public enum Kind {
    CLUSTER_IP("ClusterIP"),
    LOAD_BALANCER("LoadBalancer"),
    EXTERNAL_IP("ExternalIP"),
    NODE_PORT("NodePort");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As a reader of Kubernetes documentation knows it, e.g. {@code NodePort}. */
    public String text() {
      return text;
    }
  }

  public Frontend {
    allowedSources = allowedSources == null ? null : List.copyOf(allowedSources);
  }

  /** All that a connection may get. */
  public List<Target> targets() {
    return outsiders == null ? List.of(target) : List.of(target, outsiders);
  }
}
