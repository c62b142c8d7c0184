// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sessionAffinity: ClientIP} with real clients, twelve of them. */
@Tag("kernel")
class AffinityTest {

  private static final List<String> CLIENTS =
      IntStream.range(10, 22).mapToObj(i -> "203.0.113." + i).toList();
  private static final String CLIENT_IP = "sessionAffinity: ClientIP";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Caller caller;
  private static Daemon daemon;
  private static final List<LabPod> PODS = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= 3; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
    CLIENTS.forEach(cluster::addOutsideAddress);
    caller = Caller.in(cluster.outside());
    daemon = cluster.daemon().awaitInStep();
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void aClientStaysWithItsPodAndOnlyThoseOfAPodThatGoesAreMoved() throws IOException {
    String address = serve("stays", 1, CLIENT_IP);
    Map<String, String> first = podOfEach(address, 5);
    assertThat(new HashSet<>(first.values())).hasSizeGreaterThan(1);
    assertThat(podOfEach(address, 5)).isEqualTo(first);

    LabPod gone =
        PODS.stream().filter(p -> first.containsValue(p.name())).findFirst().orElseThrow();
    List<LabPod> rest = PODS.stream().filter(pod -> !pod.equals(gone)).toList();
    endpoints("stays", rest);
    Map<String, String> second = podOfEach(address, 5);
    assertThat(second).doesNotContainValue(gone.name());
    first.forEach(
        (client, pod) -> {
          if (!pod.equals(gone.name())) {
            assertThat(second).containsEntry(client, pod);
          }
        });

    // One that comes back gets new clients, and takes none away.
    endpoints("stays", PODS);
    assertThat(podOfEach(address, 3)).isEqualTo(second);
  }

  @Test
  @DisplayName("should have session affinity timeout work for service with type clusterIP")
  void eachConnectionMakesTheTimeoutBeginAnewAndIdleClientsAreSpreadAgain() throws IOException {
    String address =
        serve("short", 2, CLIENT_IP, "sessionAffinityConfig: {clientIP: {timeoutSeconds: 2}}");
    Map<String, String> first = podOfEach(address, 1);
    for (int i = 0; i < 4; i++) {
      Wait.pause(Duration.ofMillis(900));
      assertThat(podOfEach(address, 1)).isEqualTo(first);
    }
    assertThat(remembered(address)).isEqualTo(CLIENTS.size());
    // All twelve by chance again where they were: less than once in a hundred thousand runs.
    Wait.until(Duration.ofSeconds(10), () -> remembered(address) == 0);
    assertThat(remembered(address)).isZero();
    assertThat(podOfEach(address, 1)).isNotEqualTo(first);
  }

  @Test
  void itIsSwitchedOffAndOnWhileTheServiceRuns() throws IOException {
    String address = serve("switched", 3, CLIENT_IP);
    Map<String, String> first = podOfEach(address, 2);
    cluster.put("switched.yaml", Texts.service("switched", address, "sessionAffinity: None"));
    cluster.awaitInStep();
    assertThat(remembered(address)).isZero();
    assertThat(podsOf(CLIENTS.get(0), address, 30)).hasSizeGreaterThan(1);
    cluster.put("switched.yaml", Texts.service("switched", address, CLIENT_IP));
    cluster.awaitInStep();
    Map<String, String> second = podOfEach(address, 4);
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void aFullRewriteOfTheTableKeepsClientsWhereTheyAre() throws IOException {
    String address = serve("rewritten", 4, CLIENT_IP);
    Map<String, String> first = podOfEach(address, 2);
    long told = daemon.errors().lines().count();
    cluster.put("many.yaml", many(600));
    cluster.awaitInStep();
    assertThat(cluster.list("list", "map", "ip", "ferrule", "endpoints"))
        .doesNotContain("size 1024");
    assertThat(daemon.errors().lines().skip(told)).noneMatch(line -> line.contains("failed"));
    assertThat(podOfEach(address, 3)).isEqualTo(first);
    cluster.remove("many.yaml");
    cluster.awaitInStep();
    assertThat(podOfEach(address, 3)).isEqualTo(first);
  }

  @Test
  void aRestartKeepsClientsWhereTheyAreAndCommitsNothing() throws IOException {
    String address = serve("restarted", 5, CLIENT_IP);
    Map<String, String> first = podOfEach(address, 2);
    int generation = cluster.generation();
    daemon.terminate();
    assertThat(podOfEach(address, 1)).isEqualTo(first);
    daemon = cluster.daemon().awaitInStep();
    assertThat(cluster.generation()).isEqualTo(generation);
    assertThat(remembered(address)).isEqualTo(CLIENTS.size());
    assertThat(podOfEach(address, 2)).isEqualTo(first);
  }

  /** A Service with all pods; its address. */
  private static String serve(String name, int number, String... moreOfSpec) {
    String address = "10.96.1." + number;
    cluster.put(name + "-slices.yaml", Texts.slices(name, PODS));
    cluster.put(name + ".yaml", Texts.service(name, address, moreOfSpec));
    cluster.awaitInStep();
    return address;
  }

  private static void endpoints(String service, List<LabPod> pods) {
    cluster.put(service + "-slices.yaml", Texts.slices(service, pods));
    cluster.awaitInStep();
  }

  /** Lets each client connect so many times, always to the same pod, and tells which. */
  private static Map<String, String> podOfEach(String address, int times) throws IOException {
    Map<String, String> pods = new TreeMap<>();
    for (String client : CLIENTS) {
      Set<String> seen = podsOf(client, address, times);
      assertThat(seen).as(client).hasSize(1);
      pods.put(client, seen.iterator().next());
    }
    return pods;
  }

  private static Set<String> podsOf(String client, String address, int times) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < times; i++) {
      seen.add(caller.getFrom(client, address, 80).server());
    }
    return seen;
  }

  /** How many clients of a Service the kernel remembers. */
  private static int remembered(String address) {
    String key = address + " . tcp . 80 . ";
    return cluster.list("list", "map", "ip", "ferrule", "affinity").split(key, -1).length - 1;
  }

  private static String many(int services) {
    String items =
        IntStream.range(0, services)
            .mapToObj(
                i ->
                    """
                    - apiVersion: v1
                      kind: Service
                      metadata: {name: many-%d}
                      spec: {clusterIP: 10.97.%d.%d, ports: [{port: 80}]}
                    - apiVersion: v1
                      kind: Endpoints
                      metadata: {name: many-%d}
                      subsets: [{addresses: [{ip: 10.244.9.1}, {ip: 10.244.9.2}], ports: [{port: 80}]}]
                    """
                        .formatted(i, i / 250, i % 250 + 1, i))
            .collect(Collectors.joining());
    return "apiVersion: v1\nkind: List\nitems:\n" + items;
  }
}
