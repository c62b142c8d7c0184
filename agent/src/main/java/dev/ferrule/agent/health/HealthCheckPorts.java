// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.http.HttpServers;
import dev.ferrule.agent.http.Site;
import dev.ferrule.agent.log.Log;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.model.ObjectName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Answers on each Service's health-check node port whether this node has endpoints for it, so that
 * a load balancer sends clients only to nodes that do. Paths, headers and JSON are kube-proxy's.
 */
public final class HealthCheckPorts implements AutoCloseable {

  private record Count(ObjectName service, int localEndpoints) {}

  private final Map<Integer, Count> counts = new ConcurrentHashMap<>();
  private final HttpServers servers;
  private final BooleanSupplier proxyHealthy;
  private final BiConsumer<ObjectName, String> failed;

  /**
   * Opens no port yet.
   *
   * @param proxyHealthy whether the rules in the kernel are up to date
   * @param failed takes a Service whose port cannot be opened, once, and why; the log is told too
   */
  public HealthCheckPorts(
      BooleanSupplier proxyHealthy, BiConsumer<ObjectName, String> failed, Log log) {
    this.proxyHealthy = proxyHealthy;
    this.failed = failed;
    this.servers = new HttpServers("health check", log);
  }

  /**
   * Opens and closes ports so that exactly those of the Services are open; one that stays is not
   * closed in between. Of two Services with one port the first by name has it.
   *
   * @param services those with a health-check node port
   * @param addresses where to listen
   */
  public void update(Collection<CompiledService> services, List<InetAddress> addresses) {
    Map<Integer, Count> wanted = new TreeMap<>();
    for (CompiledService service : services) {
      wanted.merge(
          service.healthCheckNodePort(),
          new Count(service.name(), service.localEndpoints()),
          (one, other) -> one.service().compareTo(other.service()) <= 0 ? one : other);
    }
    counts.keySet().retainAll(wanted.keySet());
    counts.putAll(wanted);
    Set<InetSocketAddress> all = new HashSet<>();
    wanted
        .keySet()
        .forEach(
            port -> addresses.forEach(address -> all.add(new InetSocketAddress(address, port))));
    servers.retain(all);
    wanted.forEach((port, count) -> open(port, count.service(), addresses));
  }

  private void open(int port, ObjectName service, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      String problem =
          servers.keepOpen(
              new Site(
                  "the health checks of Service " + service,
                  "stop what listens there, or give the Service another healthCheckNodePort",
                  new InetSocketAddress(address, port),
                  request -> answer(port)));
      if (problem != null) {
        failed.accept(service, problem);
      }
    }
  }

  private Answer answer(int port) {
    Count count = counts.get(port);
    if (count == null) {
      return Answer.notFound(); // the port is about to be closed
    }
    boolean healthy = proxyHealthy.getAsBoolean();
    String body =
        """
        {
        	"service": {
        		"namespace": "%s",
        		"name": "%s"
        	},
        	"localEndpoints": %d,
        	"serviceProxyHealthy": %b
        }"""
            .formatted(
                count.service().namespace(),
                count.service().name(),
                count.localEndpoints(),
                healthy);
    int status = count.localEndpoints() > 0 && healthy ? Answer.OK : Answer.UNAVAILABLE;
    return Answer.json(status, body)
        .with("X-Load-Balancing-Endpoint-Weight", Integer.toString(count.localEndpoints()));
  }

  @Override
  public void close() {
    servers.close();
  }
}
