// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import dev.ferrule.kernel.UnixPeer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask an agent. The mode of the socket's file says the same; this holds as well where
 * somebody made the file open to others.
 *
 * @param ownUser the agent's user
 * @param group members of it may ask; empty if this host does not have the group
 */
record PeerRule(int ownUser, OptionalInt group) {

  private static final int ROOT = 0;

  /** Why a peer may not ask; null if it may. */
  @Nullable String refusal(UnixPeer peer) {
    if (peer.uid() == ROOT
        || peer.uid() == ownUser
        || (group.isPresent() && peer.groups().contains(group.getAsInt()))) {
      return null;
    }
    return "user "
        + peer.uid()
        + " may not ask this agent: only root and members of the group "
        + SocketFile.GROUP
        + " may";
  }
}
