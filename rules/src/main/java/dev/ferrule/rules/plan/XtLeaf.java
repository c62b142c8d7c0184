// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A rule for one destination of a Service.
 *
 * @param service as {@code namespace/name}
 * @param refused whether there is no endpoint
 */
record XtLeaf(String service, FrontendKey key, boolean refused) {

  /** The leaf that the rule is; null if it is something else. */
  static @Nullable XtLeaf of(XtRule rule) {
    String service = owner(rule);
    IpAddress address = null;
    Protocol protocol = Protocol.UDP; // kept flows are asked about it before
    int port = -1;
    for (XtMatch match : rule.matches()) {
      if (match instanceof XtMatch.Destination to) {
        address = to.range().address();
      } else if (match instanceof XtMatch.OriginalDestination to) {
        address = to.range().address();
      } else if (match instanceof XtMatch.Port to) {
        protocol = to.protocol();
        port = to.first();
      } else if (match instanceof XtMatch.OriginalPort to) {
        port = to.first();
      }
    }
    return service == null || address == null || port < 0
        ? null
        : new XtLeaf(
            service,
            new FrontendKey(address, protocol, port),
            rule.comment().endsWith("no endpoints"));
  }

  /** The Service that the rule's comment names: {@code namespace/name:port ...}; null for none. */
  static @Nullable String owner(XtRule rule) {
    String word = rule.comment().split(" ", 2)[0];
    if (!word.contains("/")) {
      return null;
    }
    int colon = word.indexOf(':');
    return colon < 0 ? word : word.substring(0, colon);
  }
}
