// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.trace.Connection;

/**
 * What the client counts as. A node whose address is in the Pods' range is both.
 *
 * @param why for the reader
 */
record Client(IpAddress address, boolean pod, boolean node, String why) {

  static Client of(Connection connection, NodeContext context) {
    IpAddress from = connection.from();
    boolean node = context.isNode(from);
    PodInterface interfaces = context.podInterface();
    String in = connection.inInterface();
    if (node) {
      return new Client(from, context.isInPodRange(from), true, from + " is this node itself");
    }
    if (interfaces != null) {
      boolean pod = in != null && interfaces.matches(in);
      String by =
          in == null ? "it is not known by which interface it comes in" : "it comes in by " + in;
      return new Client(
          from,
          pod,
          false,
          pod
              ? from
                  + " counts as a Pod: "
                  + by
                  + ", one of the Pods' interfaces ("
                  + interfaces
                  + ")"
              : from + " does not count as a Pod: " + by + ", and Pods do by " + interfaces);
    }
    Cidr range = context.podRanges().get(from.family());
    if (range == null) {
      return new Client(
          from,
          false,
          false,
          from
              + " is outside: no Pod range is set for "
              + from.family().text()
              + ", so nobody counts as a Pod");
    }
    boolean pod = range.contains(from);
    return new Client(
        from,
        pod,
        false,
        pod
            ? from + " counts as a Pod: it is in the Pods' range " + range
            : from + " is outside: neither this node nor in the Pods' range " + range);
  }

  /** Neither a Pod nor the node. */
  boolean outside() {
    return !pod && !node;
  }
}
