// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.Set;
import java.util.TreeSet;

/**
 * Who is at the other end of a Unix socket, as the kernel noted it when that end connected
 * (unix(7), SO_PEERCRED and SO_PEERGROUPS): nothing the other end says counts.
 *
 * @param pid its process; 0 if that is in another PID namespace
 * @param uid its effective user
 * @param groups its effective group and its supplementary ones
 */
public record UnixPeer(int pid, int uid, Set<Integer> groups) {

  public UnixPeer {
    groups = Set.copyOf(groups);
  }

  @Override
  public String toString() {
    String who = "user " + uid + " with groups " + new TreeSet<>(groups);
    return pid == 0 ? who : who + " (process " + pid + ")";
  }
}
