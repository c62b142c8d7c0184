// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * Frontends that remember their clients for the same time over the same protocol: they share a set
 * of keys and the rule that learns, because nft wants the protocol and the timeout in the rule.
 */
public record AffinityClass(Protocol protocol, int seconds) implements Comparable<AffinityClass> {

  /** Name of the set that holds the frontends, e.g. {@code affinity_tcp_10800}. */
  public String setName() {
    return "affinity_" + protocol.text() + "_" + seconds;
  }

  /** Learns after DNAT, when the endpoint that was chosen is known. */
  Rule rule() {
    List<Operand> client = new ArrayList<>(Layout.ORIGINAL_FRONTEND);
    client.add(Operand.Field.SOURCE);
    return Rule.of(
        new Statement.ProtocolIs(protocol),
        new Statement.InSet(Layout.ORIGINAL_FRONTEND, setName(), false),
        new Statement.Remember(
            Layout.AFFINITY,
            client,
            seconds,
            List.of(Operand.Field.REPLY_SOURCE, Operand.Field.REPLY_PORT)));
  }

  SetDeclaration declaration(IpFamily family, int size) {
    return SetDeclaration.set(setName(), size, Layout.frontendTypes(family));
  }

  @Override
  public int compareTo(AffinityClass other) {
    int byProtocol = protocol.compareTo(other.protocol);
    return byProtocol != 0 ? byProtocol : Integer.compare(seconds, other.seconds);
  }
}
