// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.PodInterface;
import org.jspecify.annotations.Nullable;

/**
 * What the chains of one family depend on besides Services.
 *
 * @param podRange sources of the family that count as Pods; null for none
 * @param podInterface interfaces whose packets count as Pods'; then there is no range. With neither
 *     nobody counts as a Pod
 * @param masqueradeBit bit of the packet's mark that asks for masquerade, 0 to 31
 * @param dropInvalid whether packets are not forwarded that connection tracking cannot place; not
 *     with conntrack.tcpBeLiberal
 * @param localhostNodePorts whether loopback addresses are routed (IPv4), so that they must be kept
 *     from other hosts
 */
public record XtSettings(
    @Nullable Cidr podRange,
    @Nullable PodInterface podInterface,
    int masqueradeBit,
    boolean dropInvalid,
    boolean localhostNodePorts) {

  /** What kube-proxy takes too. */
  public static final int DEFAULT_MASQUERADE_BIT = 14;

  public XtSettings {
    if (masqueradeBit < 0 || masqueradeBit > 31) {
      throw new IllegalArgumentException("bit " + masqueradeBit + " of a mark is not in 0 to 31");
    }
  }

  /** The same with another range of Pods. */
  public XtSettings withPodRange(@Nullable Cidr range) {
    return new XtSettings(range, podInterface, masqueradeBit, dropInvalid, localhostNodePorts);
  }

  int mark() {
    return 1 << masqueradeBit;
  }

  /** Marks a packet for masquerade: without a chain of its own, one jump less. */
  XtAction markForMasquerade() {
    return new XtAction.SetMark(mark(), mark());
  }
}
