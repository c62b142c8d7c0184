// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.config.ListenAddress;
import dev.ferrule.agent.health.HealthCheckAddresses;
import dev.ferrule.agent.health.HealthCheckPorts;
import dev.ferrule.agent.health.HealthPages;
import dev.ferrule.agent.health.ProxyHealth;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.http.HttpServers;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.http.Request;
import dev.ferrule.agent.http.Site;
import dev.ferrule.agent.log.Log;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that the agent serves over HTTP. The sync thread tells it what happens; requests are answered
 * by other threads, so that a long commit holds up nobody who asks.
 */
final class StatusPages implements SyncObserver, AutoCloseable {

  private final Listening listening;
  private final NodePortAddresses nodePortAddresses;
  private final EarlyRules early;
  private final ProxyHealth health;
  private final List<SyncObserver> observers;
  private final HttpServers healthServer;
  private final HttpServers metricsServer;
  private final HealthCheckPorts healthCheckPorts;

  /**
   * Opens nothing yet.
   *
   * @param limit how long a change may wait for its commit before that is unhealthy
   * @param observers are told of answers
   * @param healthCheckFailed see {@link HealthCheckPorts}
   */
  StatusPages(
      Listening listening,
      NodePortAddresses nodePortAddresses,
      EarlyRules early,
      Duration limit,
      List<SyncObserver> observers,
      BiConsumer<ObjectName, String> healthCheckFailed,
      Log log) {
    this.listening = listening;
    this.nodePortAddresses = nodePortAddresses;
    this.early = early;
    this.health = new ProxyHealth(limit);
    this.observers = observers;
    this.healthServer = new HttpServers("healthz", log);
    this.metricsServer = new HttpServers("metrics", log);
    this.healthCheckPorts = new HealthCheckPorts(health::isHealthy, healthCheckFailed, log);
  }

  /**
   * Starts to answer, before there are any rules: the agent is healthy while it starts.
   *
   * @throws ListenException if an address is taken and that is an error
   */
  void open() throws ListenException {
    HealthPages healthPages =
        new HealthPages(
            health,
            status -> tellAnswered("/healthz", status),
            status -> tellAnswered("/livez", status));
    serve(
        healthServer,
        "/healthz, /livez and /readyz",
        "healthzBindAddress",
        listening.health(),
        request ->
            request.path().equals("/")
                ? listening.page().apply(request)
                : healthPages.page(request.path()));
    serve(
        metricsServer,
        "/metrics",
        "metricsBindAddress",
        listening.metrics(),
        request -> listening.metricsPages().apply(request.path()));
  }

  private void tellAnswered(String page, int status) {
    observers.forEach(observer -> observer.answered(page, status));
  }

  private void serve(
      HttpServers servers,
      String name,
      String setting,
      @Nullable ListenAddress at,
      Function<Request, Answer> pages)
      throws ListenException {
    if (at == null) {
      return;
    }
    String wayOut = "stop what listens there, or set " + setting + " to another address or off";
    Site site = new Site(name, wayOut, socketAddress(at), pages);
    if (listening.hardFail()) {
      servers.open(site);
    } else {
      servers.keepOpen(site);
    }
  }

  private static InetSocketAddress socketAddress(ListenAddress at) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(at.address().bytes()), at.port());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(at + " has neither 4 nor 16 bytes", e);
    }
  }

  @Override
  public void queued() {
    for (IpFamily family : IpFamily.values()) {
      health.queued(family);
    }
  }

  @Override
  public void committed(Commit commit) {
    for (IpFamily family : IpFamily.values()) {
      health.synced(family);
    }
  }

  @Override
  public void failed() {
    queued();
  }

  @Override
  public void wanted(DesiredState desired) {
    NodeObject node = desired.node();
    health.nodeIsLeaving(node != null && node.leaving());
    healthCheckPorts.update(
        desired.forwarding().healthChecked(),
        HealthCheckAddresses.of(nodePortAddresses, desired.context(), early.awaited()));
  }

  @Override
  public void close() {
    healthCheckPorts.close();
    healthServer.close();
    metricsServer.close();
  }
}
