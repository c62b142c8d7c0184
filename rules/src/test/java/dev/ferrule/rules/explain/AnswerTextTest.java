// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static dev.ferrule.rules.testing.Examples.endpoint;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Golden;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answers to the questions of a bad night, as they are printed. */
class AnswerTextTest {

  private static final EndpointSlice THREE =
      slice("10.244.0.1@node-1", "10.244.0.2@node-2", "10.244.0.3@node-2");

  @Test
  void podToClusterIp() throws IOException {
    check(
        "pod-to-cluster-ip",
        new Cluster().with(service(), THREE).text("10.244.9.9", "10.96.0.10", 80));
  }

  @Test
  void podToItself() throws IOException {
    check(
        "pod-to-itself", new Cluster().with(service(), THREE).text("10.244.0.1", "10.96.0.10", 80));
  }

  @Test
  void nodeToClusterIp() throws IOException {
    check(
        "node-to-cluster-ip",
        new Cluster().with(service(), THREE).text("192.168.0.2", "10.96.0.10", 80));
  }

  @Test
  void outsideToNodePort() throws IOException {
    check(
        "outside-to-node-port",
        new Cluster()
            .with(service().ports(http(30080)), THREE)
            .text("203.0.113.7", "192.168.0.2", 30080));
  }

  @Test
  void outsideToLocalPolicy() throws IOException {
    check("outside-to-local-policy", local().text("203.0.113.7", "1.2.3.4", 80));
  }

  @Test
  void podToLocalPolicy() throws IOException {
    check("pod-to-local-policy", local().text("10.244.9.9", "1.2.3.4", 80));
  }

  private static Cluster local() {
    return new Cluster()
        .with(service().ingress("1.2.3.4", false).external(TrafficPolicy.LOCAL), THREE);
  }

  @Test
  void outsideOfSourceRanges() throws IOException {
    check(
        "outside-of-source-ranges",
        new Cluster()
            .with(service().ingress("1.2.3.4", false).ranges("198.51.100.0/24"), THREE)
            .text("203.0.113.7", "1.2.3.4", 80));
  }

  @Test
  void noEndpoint() throws IOException {
    check(
        "no-endpoint",
        new Cluster()
            .with(service(), slice(List.of(endpoint("10.244.0.1", false, false, false, "node-1"))))
            .text("10.244.9.9", "10.96.0.10", 80));
  }

  @Test
  void sticky() throws IOException {
    check(
        "sticky",
        new Cluster().with(service().affinity(10_800), THREE).text("10.244.9.9", "10.96.0.10", 80));
  }

  @Test
  void unknownPort() throws IOException {
    check(
        "unknown-port",
        new Cluster().with(service(), THREE).text("10.244.9.9", "10.96.0.10", 8080));
  }

  @Test
  void nobodysAddress() throws IOException {
    check(
        "nobodys-address",
        new Cluster().with(service(), THREE).text("10.244.9.9", "10.96.7.7", 80));
  }

  @Test
  void nodePortOnTheWrongAddress() throws IOException {
    check(
        "node-port-on-the-wrong-address",
        new Cluster()
            .with(service().ports(http(30080)), THREE)
            .text("203.0.113.7", "192.168.1.2", 30080));
  }

  private static void check(String name, String text) throws IOException {
    Golden.check("explain-" + name + ".txt", text);
  }
}
