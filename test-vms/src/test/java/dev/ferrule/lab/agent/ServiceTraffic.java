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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Service with Pods under more than 200 new connections a second: a Pod uses its ClusterIPs and
 * the outside its NodePort, each over IPv4 and IPv6.
 */
final class ServiceTraffic {

  static final String IPV4 = "10.96.4.1";
  static final String IPV6 = "fd00:10:96::401";
  static final int NODE_PORT = 30480;

  private static final int CLIENTS_OF_EACH_KIND = 4;
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(40);
  private final List<SteadyTraffic> clients = new ArrayList<>();

  /** Made at the start, used at the end. */
  private final List<Socket> kept = new ArrayList<>();

  private final long start = System.nanoTime();

  private ServiceTraffic() {}

  /** The manifests of the Service, under the name {@code web}. */
  static void serve(Cluster cluster, List<LabPod> pods) {
    cluster.put("web-slices.yaml", Texts.slices("web", pods));
    cluster.put(
        "web.yaml",
        Texts.service(
                "web", List.of(IPV4, IPV6), "type: NodePort", "ipFamilyPolicy: RequireDualStack")
            .replace("port: 80, target", "port: 80, nodePort: " + NODE_PORT + ", target"));
  }

  /** To all its addresses. */
  static ServiceTraffic start(Cluster cluster, LabPod client) {
    ServiceTraffic traffic = startInside(client);
    for (int i = 0; i < CLIENTS_OF_EACH_KIND; i++) {
      traffic.add(cluster.outside(), cluster.node().ipv4(), NODE_PORT);
      traffic.add(cluster.outside(), cluster.node().ipv6(), NODE_PORT);
    }
    traffic.keep(cluster.outside(), cluster.node().ipv4(), NODE_PORT);
    traffic.keep(cluster.outside(), cluster.node().ipv6(), NODE_PORT);
    return traffic;
  }

  /** To its ClusterIPs alone. */
  static ServiceTraffic startInside(LabPod client) {
    ServiceTraffic traffic = new ServiceTraffic();
    for (int i = 0; i < CLIENTS_OF_EACH_KIND; i++) {
      traffic.add(client.namespace(), IPV4, 80);
      traffic.add(client.namespace(), IPV6, 80);
    }
    traffic.keep(client.namespace(), IPV4, 80);
    traffic.keep(client.namespace(), IPV6, 80);
    return traffic;
  }

  private void add(NetNamespace from, String address, int port) {
    clients.add(SteadyTraffic.start(Caller.in(from), address, port, BETWEEN_CONNECTIONS));
  }

  private void keep(NetNamespace from, String address, int port) {
    try {
      Socket socket =
          NamespaceThread.once(
              from,
              () -> {
                Socket made = new Socket();
                made.connect(
                    new InetSocketAddress(Addresses.parse(address), port),
                    Math.toIntExact(Caller.PATIENCE.toMillis()));
                return made;
              });
      kept.add(socket);
      socket.setSoTimeout(Math.toIntExact(Caller.PATIENCE.toMillis()));
      say(socket, "GET / HTTP/1.0\r\n");
    } catch (Exception e) {
      throw new AssertionError("no connection to " + address + " port " + port, e);
    }
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(Socket socket) {
    try (socket) {
      say(socket, "\r\n");
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Stops, and fails if a single connection did. */
  void stopAndExpectNoFailure(String what, int pods) {
    double seconds = (System.nanoTime() - start) / 1e9;
    SteadyTraffic.Tally tally = stop(what);
    int connections = tally.connections() - tally.failures();
    assertThat(tally.failed()).isEmpty();
    assertThat(kept).allSatisfy(socket -> assertThat(answer(socket)).contains("server="));
    assertThat(tally.answered()).hasSize(pods);
    assertThat(connections).isGreaterThan((int) (100 * seconds));
  }

  /** Says what became of it, which is returned. */
  SteadyTraffic.Tally stop(String what) {
    double seconds = (System.nanoTime() - start) / 1e9;
    SteadyTraffic.Tally tally = SteadyTraffic.stopAll(clients);
    System.out.printf(
        Locale.ROOT,
        "%s in %.1f s under %.0f connections a second: failed %s%n",
        what,
        seconds,
        (tally.connections() - tally.failures()) / seconds,
        tally.failed());
    return tally;
  }
}
