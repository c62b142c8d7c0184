// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.TrackedConnection;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One kind of packet to try, and what has to become of it. Where {@code in} is not empty it names
 * the node's interface that a packet from outside comes in by.
 */
record Flow(
    String name,
    String from,
    String protocol,
    String to,
    int port,
    String in,
    Expectation expect,
    List<String> backends) {

  static Flow of(JsonNode flow) {
    return new Flow(
        flow.path("name").asText(),
        flow.path("from").asText(),
        flow.path("proto").asText(),
        flow.path("to").asText(),
        flow.path("port").asInt(),
        flow.path("in").asText(""),
        Expectation.of(flow.path("expect")),
        Scenario.texts(flow.path("backends")));
  }

  boolean isFor(String backend) {
    return backends.isEmpty() || backends.contains(backend);
  }

  /** Sent by a process on the node itself, not from behind a cable. */
  boolean local(NodeSettings node) {
    return node.ips().contains(from) || Addresses.parse(from).isLoopbackAddress();
  }

  /** Whether a packet of this flow goes this way, whatever its source port and protocol. */
  boolean matches(TrackedConnection.Way way) {
    return way.from().getAddress().equals(Addresses.parse(from))
        && way.to().equals(new InetSocketAddress(Addresses.parse(to), port));
  }

  Flow from(String other) {
    return new Flow(name, other, protocol, to, port, in, expect, backends);
  }

  @Override
  public String toString() {
    return "%s: %s -> %s:%d/%s".formatted(name, from, to, port, protocol);
  }
}
