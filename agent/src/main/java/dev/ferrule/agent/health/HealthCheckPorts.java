// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.model.ObjectName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers on each Service's health-check node port whether this node has endpoints for it, so that
 * a load balancer sends clients only to nodes that do. Paths, headers and JSON are kube-proxy's.
 */
public final class HealthCheckPorts implements AutoCloseable {

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  /** Requests that may be read at the same time, over all ports. */
  private static final int THREADS = 32;

  static {
    // Seconds a client may take for its request; without it a slow one would stay for ever. The
    // JDK's server reads it once, when the first of them is made.
    System.setProperty("sun.net.httpserver.maxReqTime", "5");
  }

  private record Answer(ObjectName service, int localEndpoints) {}

  private final Map<Integer, HttpServer> servers = new TreeMap<>();
  private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
  private final Set<String> reported = new HashSet<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          HealthCheckPorts::thread);
  private final BooleanSupplier proxyHealthy;
  private final Consumer<String> log;

  /**
   * Opens no port yet.
   *
   * @param proxyHealthy whether the rules in the kernel are up to date
   */
  public HealthCheckPorts(BooleanSupplier proxyHealthy, Consumer<String> log) {
    this.proxyHealthy = proxyHealthy;
    this.log = log;
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "health check");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens and closes ports so that exactly those of the Services are open. A port that cannot be
   * opened is named and tried again the next time.
   */
  public void update(Collection<CompiledService> services) {
    Map<Integer, Answer> wanted = new TreeMap<>();
    for (CompiledService service : services) {
      if (service.healthCheckNodePort() != 0) {
        wanted.merge(
            service.healthCheckNodePort(),
            new Answer(service.name(), service.localEndpoints()),
            (one, other) -> one.service().compareTo(other.service()) <= 0 ? one : other);
      }
    }
    answers.keySet().retainAll(wanted.keySet());
    answers.putAll(wanted);
    servers
        .entrySet()
        .removeIf(
            server -> {
              if (wanted.containsKey(server.getKey())) {
                return false;
              }
              server.getValue().stop(0);
              return true;
            });
    wanted.forEach((port, answer) -> servers.computeIfAbsent(port, this::open));
  }

  private @Nullable HttpServer open(int port) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      // Its own thread would wait for a client that does not finish its request.
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(port, exchange));
      server.start();
      return server;
    } catch (IOException e) {
      Answer answer = answers.get(port);
      String problem =
          "could not open health-check node port "
              + port
              + " of Service "
              + (answer == null ? "?" : answer.service())
              + ": "
              + e.getMessage()
              + "; it is tried again with the next change";
      if (reported.add(problem)) {
        log.accept(problem);
      }
      return null;
    }
  }

  private void answer(int port, HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answers.get(port);
      int endpoints = answer == null ? 0 : answer.localEndpoints();
      boolean healthy = proxyHealthy.getAsBoolean();
      byte[] body =
          """
          {
          	"service": {
          		"namespace": "%s",
          		"name": "%s"
          	},
          	"localEndpoints": %d,
          	"serviceProxyHealthy": %b
          }
          """
              .formatted(
                  answer == null ? "" : answer.service().namespace(),
                  answer == null ? "" : answer.service().name(),
                  endpoints,
                  healthy)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange
          .getResponseHeaders()
          .set("X-Load-Balancing-Endpoint-Weight", Integer.toString(endpoints));
      exchange.sendResponseHeaders(endpoints > 0 && healthy ? OK : UNAVAILABLE, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.stop(0));
    servers.clear();
    threads.shutdownNow();
  }
}
