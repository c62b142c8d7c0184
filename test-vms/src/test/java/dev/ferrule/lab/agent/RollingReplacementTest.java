// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All Pods of a Service are replaced one after the other, each as the kubelet does it: the new one
 * is ready first; the old one is marked as terminating and its servers take connections for a while
 * longer, as a {@code preStop} hook makes them; then it is gone from its slice.
 */
@Tag("kernel")
class RollingReplacementTest {

  private static final int PODS = 6;
  private static final String IPV4 = "10.96.4.1";
  private static final String IPV6 = "fd00:10:96::401";
  private static final int NODE_PORT = 30480;

  /** From the mark to the end of its listening; the agent is told nothing else. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Together some 500 connections a second, if the machine has time. */
  private static final int CLIENTS_OF_EACH_KIND = 5;

  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(20);

  @TempDir private static Path work;

  private static Cluster cluster;
  private static LabPod client;

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    cluster.daemon().awaitInStep();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void noConnectionIsRefusedOrResetAndThoseInUseEndInPeace() throws Exception {
    List<LabPod> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      pods.add(cluster.pod("old-" + i));
    }
    cluster.put("rolled-slices.yaml", slices(pods, List.of()));
    cluster.put("rolled.yaml", service());
    cluster.awaitInStep();
    List<SteadyTraffic> traffic = new ArrayList<>();
    for (int i = 0; i < CLIENTS_OF_EACH_KIND; i++) {
      traffic.add(start(client.namespace(), IPV4, 80));
      traffic.add(start(client.namespace(), IPV6, 80));
      traffic.add(start(cluster.outside(), cluster.node().ipv4(), NODE_PORT));
    }
    long start = System.nanoTime();
    for (int i = 0; i < PODS; i++) {
      replace(pods, i);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    SteadyTraffic.Tally tally = SteadyTraffic.stopAll(traffic);
    int connections = tally.connections() - tally.failures();
    System.out.printf(
        Locale.ROOT,
        "%d Pods replaced in %.1f s under %.0f connections a second: failed %s%n",
        PODS,
        seconds,
        connections / seconds,
        tally.failed());
    assertThat(tally.failed()).isEmpty();
    assertThat(tally.answered()).hasSize(2 * PODS);
    assertThat(connections).isGreaterThan((int) (100 * seconds));
  }

  private static void replace(List<LabPod> pods, int i) throws Exception {
    LabPod old = pods.get(i);
    pods.set(i, cluster.pod("new-" + i));
    List<Conversation> begun = new ArrayList<>();
    for (int n = 0; n < 2 * PODS; n++) {
      begun.add(Conversation.begin(client.namespace(), n % 2 == 0 ? IPV4 : IPV6));
    }
    cluster.put("rolled-slices.yaml", slices(pods, List.of(old)));
    Wait.pause(GRACE);
    cluster.stopListening(old);
    cluster.put("rolled-slices.yaml", slices(pods, List.of()));
    cluster.awaitInStep();
    for (Conversation conversation : begun) {
      assertThat(conversation.end()).contains("server=");
    }
    cluster.removePod(old);
  }

  private static SteadyTraffic start(NetNamespace namespace, String address, int port) {
    return SteadyTraffic.start(Caller.in(namespace), address, port, BETWEEN_CONNECTIONS);
  }

  private static String service() {
    return Texts.service(
            "rolled", List.of(IPV4, IPV6), "type: NodePort", "ipFamilyPolicy: RequireDualStack")
        .replace("name: tcp, port: 80,", "name: tcp, port: 80, nodePort: " + NODE_PORT + ",");
  }

  private static String slices(List<LabPod> ready, List<LabPod> terminating) {
    String text = Texts.slices("rolled", ready);
    if (terminating.isEmpty()) {
      return text;
    }
    return text
        + "---\n"
        + Texts.slices("rolled", terminating)
            .replace("name: rolled-", "name: rolled-old-")
            .replace(
                "nodeName",
                "conditions: {ready: false, serving: true, terminating: true}, nodeName");
  }

  /** A connection whose request takes its time. */
  private record Conversation(Socket socket) {

    static Conversation begin(NetNamespace from, String address) throws Exception {
      Socket socket =
          NamespaceThread.once(
              from,
              () -> {
                Socket made = new Socket();
                made.connect(
                    new InetSocketAddress(Addresses.parse(address), 80),
                    Math.toIntExact(Caller.PATIENCE.toMillis()));
                return made;
              });
      socket.setSoTimeout(Math.toIntExact(Caller.PATIENCE.toMillis()));
      say(socket, "GET / HTTP/1.0\r\n");
      return new Conversation(socket);
    }

    /** The whole answer. */
    String end() throws IOException {
      try (socket) {
        say(socket, "\r\n");
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      }
    }

    private static void say(Socket socket, String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
