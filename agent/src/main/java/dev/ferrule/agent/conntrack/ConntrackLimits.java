// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import dev.ferrule.agent.config.ConntrackSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What kube-proxy sets connection tracking to ({@code cmd/kube-proxy/app/server_linux.go}). */
final class ConntrackLimits {

  /** However many processors: the size of the table is memory. */
  private static final long MOST_SCALED = 1_048_576;

  /** Entries in one bucket of the hash table, at most and on average. */
  private static final long ENTRIES_PER_BUCKET = 4;

  private ConntrackLimits() {}

  /**
   * The values that settings ask for; what they leave to the system is not there.
   *
   * @param processors of the host
   */
  static Map<KernelParameter, Long> wanted(ConntrackSettings settings, int processors) {
    Map<KernelParameter, Long> wanted = new LinkedHashMap<>();
    if (settings.maxPerCore() > 0) {
      long scaled = Math.min((long) settings.maxPerCore() * processors, MOST_SCALED);
      wanted.put(KernelParameter.MAX, Math.max(scaled, settings.min()));
    }
    timeout(wanted, KernelParameter.TCP_ESTABLISHED, settings.tcpEstablishedTimeout());
    timeout(wanted, KernelParameter.TCP_CLOSE_WAIT, settings.tcpCloseWaitTimeout());
    if (settings.tcpBeLiberal()) {
      wanted.put(KernelParameter.TCP_BE_LIBERAL, 1L);
    }
    timeout(wanted, KernelParameter.UDP, settings.udpTimeout());
    timeout(wanted, KernelParameter.UDP_STREAM, settings.udpStreamTimeout());
    return wanted;
  }

  /** The kernel counts whole seconds, and none would mean none at all. */
  private static void timeout(
      Map<KernelParameter, Long> wanted, KernelParameter parameter, Duration timeout) {
    if (!timeout.isZero()) {
      wanted.put(parameter, Math.max(1, timeout.toSeconds()));
    }
  }

  /** The fewest buckets for so many entries; a larger table is left as it is. */
  static long fewestBuckets(long max) {
    return max / ENTRIES_PER_BUCKET;
  }
}
