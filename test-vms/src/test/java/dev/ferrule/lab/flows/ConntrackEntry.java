// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NetNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the node's connection tracking table, made before a change, and whether the agent is
 * to leave it there. {@code client} and {@code clientPort} are made up: they tell entries apart.
 */
record ConntrackEntry(
    String protocol,
    String client,
    int clientPort,
    String to,
    int port,
    String replyFrom,
    int replyPort,
    boolean keep) {
  private static final int FIRST_PORT = 1024;

  static ConntrackEntry of(JsonNode entry, int number) {
    String to = entry.path("origDst").asText();
    return new ConntrackEntry(
        entry.path("proto").asText(),
        entry.path("src").asText(to.contains(":") ? "fd00:10::77" : "10.0.0.77"),
        FIRST_PORT + number,
        to,
        entry.path("origDstPort").asInt(),
        entry.path("replySrc").asText(),
        entry.path("replySrcPort").asInt(),
        entry.path("expect").asText().equals("keep"));
  }

  void put(NetNamespace node) {
    List<String> words = new ArrayList<>(List.of("conntrack", "-I", "-p", protocol));
    words.addAll(List.of("-s", client, "-d", to));
    words.addAll(List.of("--sport", "" + clientPort, "--dport", "" + port));
    if (replyFrom.equals(to) && replyPort == port) {
      words.addAll(List.of("-r", replyFrom, "-q", client));
      words.addAll(
          List.of("--reply-port-src", "" + replyPort, "--reply-port-dst", "" + clientPort));
    } else {
      String host = replyFrom.contains(":") ? "[" + replyFrom + "]" : replyFrom;
      words.addAll(List.of("--dst-nat", host + ":" + replyPort));
    }
    words.addAll(List.of("-t", "300", "-u", "SEEN_REPLY,ASSURED"));
    if (!protocol.equals("udp")) {
      words.addAll(List.of("--state", "ESTABLISHED"));
    }
    if (protocol.equals("sctp")) {
      words.addAll(List.of("--orig-vtag", "1", "--reply-vtag", "1"));
    }
    Command.Result made = node.exec(words.toArray(String[]::new));
    if (made.exit() != 0) {
      throw new LabException("could not make " + this + ": " + made.said());
    }
  }

  /** What is wrong, if anything. */
  Optional<String> complaint(NetNamespace node) {
    Command.Result listing =
        node.exec(
            "conntrack",
            "-L",
            "-f",
            to.contains(":") ? "ipv6" : "ipv4",
            "-p",
            protocol,
            "--orig-src",
            client,
            "--orig-dst",
            to,
            "--sport",
            "" + clientPort,
            "--orig-port-dst",
            "" + port);
    if (listing.exit() != 0) {
      throw new LabException("could not read the conntrack table: " + listing.said());
    }
    boolean there = listing.output().contains("src=");
    return there == keep
        ? Optional.empty()
        : Optional.of(this + (there ? " is still there" : " is gone"));
  }

  @Override
  public String toString() {
    return "conntrack entry %s %s:%d <- %s:%d".formatted(protocol, to, port, replyFrom, replyPort);
  }
}
