// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Answers with the rules of mode iptables, as they are printed. */
class ChainsAnswerTextTest {

  private static final EndpointSlice THREE =
      slice("10.244.0.1@node-1", "10.244.0.2@node-2", "10.244.0.3@node-2");

  @Test
  void podToClusterIp() throws IOException {
    check(
        "pod-to-cluster-ip",
        new Cluster().with(service(), THREE).textOfChains("10.244.9.9", "10.96.0.10", 80));
  }

  @Test
  void podThatMayReachItself() throws IOException {
    check(
        "pod-to-itself",
        new Cluster().with(service(), THREE).textOfChains("10.244.0.1", "10.96.0.10", 80));
  }

  @Test
  void nodeToNodePort() throws IOException {
    check(
        "node-to-node-port",
        new Cluster()
            .with(service().ports(http(30080)), THREE)
            .textOfChains("192.168.0.2", "192.168.0.2", 30080));
  }

  @Test
  void outsideToLocalPolicyWithAffinity() throws IOException {
    check(
        "outside-to-local-policy",
        new Cluster()
            .with(
                service().ingress("1.2.3.4", false).external(TrafficPolicy.LOCAL).affinity(10_800),
                THREE)
            .textOfChains("203.0.113.7", "1.2.3.4", 80));
  }

  @Test
  void outsideOfSourceRanges() throws IOException {
    check(
        "outside-of-source-ranges",
        new Cluster()
            .with(service().ingress("1.2.3.4", false).ranges("198.51.100.0/24"), THREE)
            .textOfChains("203.0.113.7", "1.2.3.4", 80));
  }

  @Test
  void noEndpoint() throws IOException {
    check(
        "no-endpoint", new Cluster().with(service()).textOfChains("10.244.9.9", "10.96.0.10", 80));
  }

  @Test
  void unknownPort() throws IOException {
    check(
        "unknown-port",
        new Cluster().with(service(), THREE).textOfChains("10.244.9.9", "10.96.0.10", 8080));
  }

  private static void check(String name, String text) throws IOException {
    Golden.check("explain-chains-" + name + ".txt", text);
  }
}
