// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.conntrack;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;

/**
 * A connection as the kernel tracks it ({@code conntrack -L}).
 *
 * @param source the client's address in the original direction
 * @param sourcePort the client's port in the original direction
 * @param destination where the client sent its first packet to
 * @param replySource where answers come from: the chosen endpoint if the connection was translated,
 *     else the same as {@code destination}
 * @param zone the connection tracking zone in the original direction; 0 unless somebody set one
 * @param id what tells it from another entry between the same addresses ({@code CTA_ID})
 * @param status bits of {@code enum ip_conntrack_status}
 */
public record ConntrackEntry(
    IpAddress source,
    int sourcePort,
    FrontendKey destination,
    Backend replySource,
    int zone,
    int id,
    int status) {

  /** {@code IPS_SEEN_REPLY} of linux/netfilter/nf_conntrack_common.h. */
  private static final int SEEN_REPLY = 1 << 1;

  /** Whether nothing ever came back. */
  public boolean isUnanswered() {
    return (status & SEEN_REPLY) == 0;
  }

  /** Whether it goes elsewhere than the client sent it. */
  public boolean isTranslated() {
    return replySource.port() != destination.port()
        || !replySource.address().equals(destination.address());
  }
}
