// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.TrackedConnection;
import java.net.InetSocketAddress;

/**
 * What connection tracking holds on one packet of a flow: where it went, read from whom a reply
 * would come, and whether that endpoint sees the sender or somebody else.
 */
record Tracked(int sourcePort, String target, boolean masqueraded, boolean untouched) {

  static Tracked of(TrackedConnection connection) {
    InetSocketAddress endpoint = connection.reply().from();
    return new Tracked(
        connection.original().from().getPort(),
        Target.of(Addresses.text(endpoint.getAddress()), Integer.toString(endpoint.getPort())),
        !connection.reply().to().getAddress().equals(connection.original().from().getAddress()),
        endpoint.equals(connection.original().to()));
  }
}
