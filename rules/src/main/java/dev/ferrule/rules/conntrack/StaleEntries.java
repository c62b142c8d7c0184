// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.conntrack;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.model.Protocol;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells entries that keep a client from its Service. The rule for UDP is kube-proxy's ({@code
 * pkg/proxy/conntrack/cleanup.go}): a flow to a Service stays where it is as long as that endpoint
 * serves, whatever a new one would get, and all flows stay while nothing serves at all.
 */
public final class StaleEntries {

  private final TrackedPorts ports;
  private final Map<FrontendKey, String> left;
  private final Map<FrontendKey, ServicePortName> bare;

  /**
   * @param left UDP addresses and ports that belonged to a Service until now, with its name; those
   *     that belong to one again do not count
   * @param bare those that had no rules for a while. A connection begun then was never translated,
   *     and never will be, however often the client tries again: so it may begin anew
   */
  public StaleEntries(
      TrackedPorts ports, Map<FrontendKey, String> left, Map<FrontendKey, ServicePortName> bare) {
    this.ports = ports;
    this.left = left;
    this.bare = bare;
  }

  /**
   * Whom the entry belonged to, for example {@code default/dns:dns}, if it is to be removed; null
   * if it is to be kept.
   */
  public @Nullable String ownerIfStale(ConntrackEntry entry) {
    ServicePortName missed = bare.get(entry.destination());
    if (missed != null && entry.isUnanswered() && !entry.isTranslated()) {
      return missed.toString();
    }
    List<TrackedPort> claims = ports.of(entry.destination());
    if (claims.isEmpty()) {
      // What was never translated has nothing to do with the Service that is gone.
      return entry.isTranslated() ? left.get(entry.destination()) : null;
    }
    boolean stale =
        entry.destination().protocol() == Protocol.UDP
            ? isStaleFlow(claims, entry)
            : entry.isTranslated() && claims.stream().noneMatch(port -> leadsTo(port, entry));
    return stale ? claims.get(0).name().toString() : null;
  }

  /** Also one that was never translated: it began when there was no endpoint or no Service. */
  private static boolean isStaleFlow(List<TrackedPort> claims, ConntrackEntry entry) {
    boolean anyServes = false;
    for (TrackedPort port : claims) {
      if (leadsTo(port, entry)) {
        return false;
      }
      anyServes |= !port.endpoints().isEmpty();
    }
    return anyServes;
  }

  private static boolean leadsTo(TrackedPort port, ConntrackEntry entry) {
    return Collections.binarySearch(port.endpoints(), entry.replySource()) >= 0;
  }
}
