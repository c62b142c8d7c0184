// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** UDP clients that never change their port, while Pods, Services and the daemon come and go. */
@Tag("kernel")
class ConntrackTest {

  private static final Duration BETWEEN_PACKETS = Duration.ofMillis(10);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  /** For a busy machine; an idle one needs some milliseconds. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final int REPLACEMENTS = 100;
  private static final String PLAIN = "10.96.2.1";
  private static final String LOCAL = "10.96.2.2";
  private static final int NODE_PORT = 30053;
  private static final int METRICS_PORT = 10249;
  private static final Pattern REMOVED_METRIC =
      Pattern.compile(
          "kubeproxy_conntrack_reconciler_deleted_entries_total\\{ip_family=\"IPv4\"} (\\S+)");

  @TempDir private static Path work;

  private static Cluster cluster;
  private static LabPod client;
  private static LabPod one;
  private static LabPod two;
  private static LabPod three;
  private Daemon daemon;

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    one = cluster.pod("one");
    two = cluster.pod("two");
    three = cluster.pod("three");
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void start() {
    cluster.put("plain.yaml", Texts.service("plain", PLAIN));
    daemon = cluster.daemon().awaitInStep();
  }

  @AfterEach
  void stop() {
    daemon.kill();
    for (String file : List.of("plain", "plain-slices", "local", "local-slices")) {
      cluster.remove(file + ".yaml");
    }
    cluster.ferrule("cleanup");
    cluster.host().exec("conntrack", "-F");
  }

  @Test
  void aClientReachesTheNewPodEachTimeItsPodIsReplaced() throws Exception {
    cluster.put("local.yaml", local());
    replace(one);
    List<KeptSocket> clients =
        List.of(
            KeptSocket.open(client.namespace(), PLAIN, 80),
            KeptSocket.open(client.namespace(), LOCAL, 80),
            KeptSocket.open(cluster.host(), PLAIN, 80),
            KeptSocket.open(cluster.outside(), cluster.node().ipv4(), NODE_PORT));
    List<Long> micros = new ArrayList<>();
    for (KeptSocket socket : clients) {
      await(socket, "one");
    }
    for (int i = 0; i < REPLACEMENTS; i++) {
      LabPod next = i % 2 == 0 ? two : one;
      long start = System.nanoTime();
      replace(next);
      for (KeptSocket socket : clients) {
        await(socket, next.name());
        micros.add((System.nanoTime() - start) / 1000);
      }
    }
    clients.forEach(KeptSocket::close);
    micros.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%d replacements, %d clients: median %.1f ms, 99th of 100 %.1f ms, longest %.1f ms%n",
        REPLACEMENTS,
        clients.size(),
        micros.get(micros.size() / 2) / 1e3,
        micros.get(micros.size() * 99 / 100) / 1e3,
        micros.get(micros.size() - 1) / 1e3);
    assertThat(micros).hasSize(REPLACEMENTS * clients.size());
    assertThat(daemon.errors()).contains("stale connection tracking entr", "default/plain:udp/udp");
    // It counts them after they are gone, when the client may have been answered already.
    double all = REPLACEMENTS * clients.size();
    Wait.until(Wait.PATIENCE, () -> removed() >= all);
    assertThat(removed()).isGreaterThanOrEqualTo(all);
  }

  /** What the daemon says of how many entries it has removed. */
  private static double removed() {
    try (Caller caller = Caller.in(cluster.host())) {
      Matcher removed =
          REMOVED_METRIC.matcher(caller.page("127.0.0.1", METRICS_PORT, "/metrics").body());
      return removed.find() ? Double.parseDouble(removed.group(1)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void replace(LabPod pod) {
    cluster.put(
        "plain-slices.yaml",
        Texts.slices("plain", List.of(pod)) + "---\n" + Texts.slices("local", List.of(pod)));
  }

  private static String local() {
    return Texts.service("local", LOCAL, "type: NodePort", "internalTrafficPolicy: Local")
        .replace("name: udp, port: 80,", "name: udp, port: 80, nodePort: " + NODE_PORT + ",");
  }

  @Test
  void aFlowStaysWhenTheDaemonStartsAnewAndWhenPoliciesChange() throws Exception {
    cluster.put("plain-slices.yaml", Texts.slices("plain", List.of(one, two)));
    try (KeptSocket socket = KeptSocket.open(client.namespace(), PLAIN, 80)) {
      String server = awaitAnswer(socket);
      String entry = entry(socket);
      daemon.kill();
      daemon = cluster.daemon().awaitInStep();
      assertThat(socket.ask(ANSWER)).isEqualTo(server);
      cluster.put("plain.yaml", Texts.service("plain", PLAIN, "internalTrafficPolicy: Local"));
      cluster.put("plain-slices.yaml", Texts.slices("plain", List.of(one, two, three)));
      cluster.awaitInStep();
      assertThat(socket.ask(ANSWER)).isEqualTo(server);
      // Its endpoint is on its way out and not chosen any more, but still serves.
      LabPod chosen = server.equals("one") ? one : two;
      cluster.put(
          "plain-slices.yaml",
          Texts.slices("plain", List.of(three))
              + "---\n"
              + Texts.slice("plain", "IPv4", List.of(chosen.ipv4()))
                  .replace("name: plain-ipv4", "name: plain-draining")
                  .replace(
                      "nodeName",
                      "conditions: {ready: false, serving: true, terminating: true}, nodeName"));
      cluster.awaitInStep();
      assertThat(socket.ask(ANSWER)).isEqualTo(server);
      assertThat(entry(socket)).isEqualTo(entry);
    }
  }

  @Test
  void aClientThatCameBeforeTheFirstReadyEndpointIsServedOnceThereIsOne() throws Exception {
    String unready =
        Texts.slice("plain", "IPv4", List.of(one.ipv4()))
            .replace("nodeName", "conditions: {ready: false}, nodeName");
    cluster.put("plain-slices.yaml", unready);
    cluster.awaitInStep();
    try (KeptSocket socket = KeptSocket.open(client.namespace(), PLAIN, 80);
        KeptSocket early = KeptSocket.open(client.namespace(), LOCAL, 80)) {
      assertThat(socket.ask(ANSWER)).isEqualTo(KeptSocket.REFUSED);
      assertThat(early.ask(BETWEEN_PACKETS)).as("no Service yet").isNotEqualTo("one");
      cluster.put("local.yaml", Texts.service("local", LOCAL));
      replace(one);
      await(socket, "one");
      await(early, "one");
    }
  }

  @Test
  void scaledToZeroAClientIsRefusedAndScaledUpItReachesTheNewPod() throws Exception {
    replace(one);
    try (KeptSocket socket = KeptSocket.open(client.namespace(), PLAIN, 80);
        KeptSocket ofNode = KeptSocket.open(cluster.host(), PLAIN, 80)) {
      await(socket, "one");
      await(ofNode, "one");
      String entry = entry(socket);
      cluster.remove("plain-slices.yaml");
      cluster.awaitInStep();
      await(socket, KeptSocket.REFUSED);
      await(ofNode, KeptSocket.REFUSED);
      assertThat(socket.ask(ANSWER)).isEqualTo(KeptSocket.REFUSED);
      assertThat(entry(socket)).as("kept, as kube-proxy does").isEqualTo(entry);
      replace(two);
      await(socket, "two");
      await(ofNode, "two");
    }
  }

  @Test
  void flowsOfADeletedServiceAreRemovedAtOnceAndByTheNextStart() throws Exception {
    replace(one);
    try (KeptSocket socket = KeptSocket.open(client.namespace(), PLAIN, 80)) {
      await(socket, "one");
      cluster.remove("plain.yaml");
      Wait.untilEqual("", () -> entry(socket));
      cluster.put("plain.yaml", Texts.service("plain", PLAIN));
      await(socket, "one");
      daemon.kill();
      cluster.remove("plain.yaml");
      assertThat(entry(socket)).isNotEmpty();
      daemon = cluster.daemon().awaitInStep();
      Wait.untilEqual("", () -> entry(socket));
    }
  }

  @Test
  void applyRemovesThemBeforeItEnds() throws Exception {
    replace(one);
    try (KeptSocket socket = KeptSocket.open(client.namespace(), PLAIN, 80)) {
      await(socket, "one");
      daemon.kill();
      replace(two);
      Command.Result apply = cluster.ferrule("apply");
      assertThat(apply.output())
          .contains("removed 1 stale connection tracking entry: 1 of default/plain:udp/udp");
      assertThat(socket.ask(ANSWER)).isEqualTo("two");
      cluster.remove("plain.yaml");
      assertThat(cluster.ferrule("apply").output()).contains("removed 1 stale");
      assertThat(entry(socket)).isEmpty();
    }
  }

  /** The kernel's number of the client's entry, which no other one has; empty without entry. */
  private static String entry(KeptSocket socket) {
    String port = String.valueOf(socket.port());
    return cluster
        .host()
        .exec("conntrack", "-L", "-p", "udp", "--sport", port, "-o", "id")
        .output()
        .replaceAll("(?s).*( id=\\d+).*", "$1")
        .strip();
  }

  private static String awaitAnswer(KeptSocket socket) throws IOException {
    long end = System.nanoTime() + Wait.PATIENCE.toNanos();
    String answer = socket.ask(BETWEEN_PACKETS);
    while (List.of(KeptSocket.NOTHING, KeptSocket.REFUSED).contains(answer)) {
      assertThat(System.nanoTime() - end).as("waited for an answer").isNegative();
      Wait.pause(BETWEEN_PACKETS);
      answer = socket.ask(BETWEEN_PACKETS);
    }
    return answer;
  }

  private static void await(KeptSocket socket, String wanted) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    String answer = socket.ask(BETWEEN_PACKETS);
    while (!answer.equals(wanted)) {
      assertThat(System.nanoTime() - end)
          .as("after " + LIMIT + " still " + answer + ", not " + wanted)
          .isNegative();
      Wait.pause(Duration.ofMillis(1));
      answer = socket.ask(BETWEEN_PACKETS);
    }
  }
}
