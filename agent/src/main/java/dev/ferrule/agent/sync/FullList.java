// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.iptables.PortId;

/**
 * A list of module recent that holds as many clients as it can: for each that comes it forgets
 * another, who is then given any endpoint.
 *
 * @param port the Service port with session affinity
 * @param backend the endpoint whose clients are on the list
 * @param limit how many clients a list holds on this host
 */
public record FullList(PortId port, Backend backend, int limit) {

  /** What is the matter and what to do, in one line. */
  public String text() {
    return "Service "
        + port.name()
        + ": session affinity remembers "
        + limit
        + " clients of endpoint "
        + backend
        + " and forgets the oldest for each new one, which is the limit of module xt_recent on this"
        + " host (ip_list_tot); write `options xt_recent ip_list_tot=10000` to"
        + " /etc/modprobe.d/ferrule.conf and reboot, or set mode: nftables, which has no such"
        + " limit";
  }
}
