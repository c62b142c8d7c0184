// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.EchoServers;
import dev.ferrule.lab.Kubelet;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabNode;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.ManifestFolder;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A cluster of two nodes with an agent on each. Pods are started from manifests and tell their
 * names; Services with a selector get their endpoints from them.
 */
final class TwoNodes implements AutoCloseable {
  static final int POD_PORT = 8080;

  /** What a client says that was refused at once, and one that heard nothing. */
  static final String REFUSED = "refused";

  static final String NO_ANSWER = "no answer";

  /**
   * For asking again and again until a change has come through: before it has, packets may vanish,
   * and the kernel sends only the first one of a connection within a second.
   */
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(100);

  /** How long nobody must answer. Nothing is sent again within it, and a refusal comes at once. */
  private static final Duration SILENCE = Duration.ofMillis(500);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TRIES_FOR_EACH = 12;

  private final Lab lab = Lab.open(2);
  private final EchoServers servers = EchoServers.start();
  private final Map<Waits, Caller> callers = new HashMap<>();
  private final Map<Integer, Agent> agents = new HashMap<>();
  private final ManifestFolder folder;
  private final Kubelet kubelet;
  private final Path work;

  private record Waits(NetNamespace from, Duration timeout) {}

  TwoNodes(Path work) {
    this.work = work;
    try {
      this.folder = new ManifestFolder(Files.createDirectories(work.resolve("manifests")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.kubelet = new Kubelet(lab, servers, folder);
    startAgent(1);
    startAgent(2);
  }

  LabNode node(int number) {
    return lab.node(number);
  }

  NetNamespace host(int number) {
    return node(number).namespace();
  }

  NetNamespace outside() {
    return lab.outside();
  }

  Kubelet kubelet() {
    return kubelet;
  }

  void startAgent(int node) {
    agents.put(node, Agent.start(node(node), folder.path(), work));
  }

  void stopAgent(int node) {
    Agent agent = agents.remove(node);
    if (agent != null) {
      agent.close();
    }
  }

  /** Sends what the outside has for an address to a node, as a load balancer would. */
  void route(String address, int node) {
    boolean six = address.contains(":");
    String source = six ? Lab.CLIENT_IPV6 : Lab.CLIENT_IPV4;
    String via = six ? node(node).ipv6() : node(node).ipv4();
    outside().ip(List.of("route replace %s via %s src %s".formatted(address, via, source)));
  }

  /** Starts a Pod that listens on {@link #POD_PORT}, over TCP and UDP, in both families. */
  LabPod pod(String name, String app, int node) {
    return pod(
        name,
        app,
        node,
        "{name: http, containerPort: 8080}, {name: dns, containerPort: 8080, protocol: UDP}");
  }

  LabPod pod(String name, String app, int node, String ports) {
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: %s}}
        spec: {nodeName: node%d, containers: [{name: main, ports: [%s]}]}
        """
            .formatted(name, app, node, ports));
    return kubelet.pod(name);
  }

  /**
   * Three Pods for every Service that {@link #web} makes: one on the first node, two on the other.
   */
  void webPods() {
    pod("web-1", "web", 1);
    pod("web-2", "web", 2);
    pod("web-3", "web", 2);
  }

  /** A Service of the web Pods under any name; {@code spec} in flow style. */
  void web(String name, String spec) {
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {selector: {app: web}, %s}
        """
            .formatted(name, spec));
  }

  /** A server of a Pod with hostNetwork: it listens on the node's own addresses. */
  void hostNetworkServer(String name, int node, int port) {
    List<String> addresses = List.of(node(node).ipv4(), node(node).ipv6());
    for (Protocol protocol : Protocol.values()) {
      servers.listen(host(node), name, addresses, port, protocol);
    }
  }

  /** Creates or replaces one object. */
  void apply(String yaml) {
    try {
      kubelet.apply(new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(yaml, e);
    }
  }

  /** A Service of the Pods with the label {@code app} of its name; {@code spec} in flow style. */
  void service(String name, String spec) {
    service(name, spec, "");
  }

  /** The same with an address of a load balancer. */
  void service(String name, String spec, String balancer) {
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {selector: {app: %s}, %s}
        status: {loadBalancer: {ingress: [%s]}}
        """
            .formatted(name, name, spec, balancer.isEmpty() ? "" : "{ip: \"" + balancer + "\"}"));
  }

  void delete(String kind, String name) {
    JsonNode metadata = JsonNodeFactory.instance.objectNode().put("name", name);
    folder.delete(kind, metadata);
  }

  /** Waits until connections get these answers, each of them and no other. */
  void reaches(NetNamespace from, Target to, String... wanted) {
    Set<String> all = Set.of(wanted);
    if (all.contains(NO_ANSWER)) {
      eventually(NO_ANSWER, () -> answer(caller(from, SILENCE), to));
      return;
    }
    awaitAnswer(from, to);
    int times = TRIES_FOR_EACH * all.size();
    eventually(new TreeSet<>(all), () -> answers(from, to, times));
  }

  /** Waits until a connection is answered or refused; returns even if none ever is. */
  private void awaitAnswer(NetNamespace from, Target to) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (briefly(from, to).equals(NO_ANSWER) && System.nanoTime() < end) {
      pause(Duration.ofMillis(10));
    }
  }

  /** Waits until some Pod of these answers, and the same one each time. */
  String sticks(NetNamespace from, Target to, String... pods) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    awaitAnswer(from, to);
    Set<String> answered = answers(from, to, 2 * TRIES_FOR_EACH);
    while ((answered.size() != 1 || !Set.of(pods).containsAll(answered))
        && System.nanoTime() < end) {
      pause(Duration.ofMillis(20));
      answered = answers(from, to, 2 * TRIES_FOR_EACH);
    }
    assertThat(answered).as(to.toString()).hasSize(1).isSubsetOf(pods);
    return answered.iterator().next();
  }

  /** The distinct answers to so many connections. */
  Set<String> answers(NetNamespace from, Target to, int times) {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < times; i++) {
      answers.add(answer(caller(from), to));
    }
    return answers;
  }

  /** The answer to one connection that is given up soon. */
  String briefly(NetNamespace from, Target to) {
    return answer(caller(from, SHORT_TIMEOUT), to);
  }

  private static String answer(Caller caller, Target to) {
    try {
      return to.protocol() == Protocol.TCP
          ? caller.get(to.address(), to.port()).server()
          : caller.ask(to.address(), to.port()).server();
    } catch (ConnectException | PortUnreachableException e) {
      return REFUSED;
    } catch (SocketTimeoutException e) {
      return NO_ANSWER;
    } catch (IOException e) {
      // how sendto() reports that the node's own datagram was refused before it left
      return "Operation not permitted".equals(e.getMessage()) ? REFUSED : e.toString();
    }
  }

  /** The HTTP status of a health check; 0 if nobody listens. */
  int health(int node, int port) {
    try {
      return caller(outside()).page(node(node).ipv4(), port, "/healthz").status();
    } catch (IOException e) {
      return 0;
    }
  }

  Caller caller(NetNamespace from) {
    return caller(from, Caller.PATIENCE);
  }

  private Caller caller(NetNamespace from, Duration timeout) {
    return callers.computeIfAbsent(
        new Waits(from, timeout), waits -> Caller.in(waits.from(), waits.timeout()));
  }

  /** Waits for a value; fails with the last one if it never comes. */
  static <T> void eventually(T wanted, Supplier<T> actual) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    T last = actual.get();
    while (!wanted.equals(last) && System.nanoTime() < end) {
      pause(Duration.ofMillis(20));
      last = actual.get();
    }
    assertThat(last).isEqualTo(wanted);
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  @Override
  public void close() {
    agents.values().forEach(Agent::end);
    agents.values().forEach(Agent::close);
    callers.values().forEach(Caller::close);
    servers.close();
    lab.close();
  }
}
