// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import dev.ferrule.agent.http.Answer;
import java.time.Instant;
import java.util.function.IntConsumer;

/**
 * {@code /healthz} and {@code /livez} of kube-proxy, and {@code /readyz}. A load balancer asks the
 * first, which also says no when the node is about to be deleted; whoever would restart the proxy
 * asks the second.
 */
public final class HealthPages {

  private final ProxyHealth health;
  private final IntConsumer healthz;
  private final IntConsumer livez;

  /**
   * @param healthz takes the status of each answer of {@code /healthz}
   * @param livez takes those of {@code /livez}
   */
  public HealthPages(ProxyHealth health, IntConsumer healthz, IntConsumer livez) {
    this.health = health;
    this.healthz = healthz;
    this.livez = livez;
  }

  /** The answer to a request. */
  public Answer page(String path) {
    return switch (path) {
      case "/healthz" -> healthz();
      case "/livez" -> livez();
      case "/readyz" -> readyz();
      default -> Answer.notFound();
    };
  }

  private Answer healthz() {
    ProxyHealth.Status status = health.status();
    boolean well = status.healthy() && status.nodeEligible();
    int code = code(well);
    healthz.accept(code);
    return Answer.json(
        code, "{" + times(status, well) + ", \"nodeEligible\": " + status.nodeEligible() + "}");
  }

  private Answer livez() {
    ProxyHealth.Status status = health.status();
    int code = code(status.healthy());
    livez.accept(code);
    return Answer.json(code, "{" + times(status, status.healthy()) + "}");
  }

  /** Not one of kube-proxy's: whether Services are forwarded at all. */
  private Answer readyz() {
    boolean ready = health.isReady();
    return Answer.json(code(ready), "{\"ready\": " + ready + "}");
  }

  private static int code(boolean well) {
    return well ? Answer.OK : Answer.UNAVAILABLE;
  }

  /** As long as all is well, the last update counts as just now: nothing was to be updated. */
  private static String times(ProxyHealth.Status status, boolean well) {
    Instant lastUpdated = well ? status.currentTime() : status.lastUpdated();
    return "\"lastUpdated\": \"%s\",\"currentTime\": \"%s\""
        .formatted(lastUpdated, status.currentTime());
  }
}
