// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.kernel.RecentLists;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.iptables.ClientLists;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.RememberedClient;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Carries clients with session affinity from rules of one kind to those of the other. It never
 * fails: at worst a client is given another endpoint, which is told.
 */
final class ClientHandover {

  private static final String AT_WORST =
      "clients with session affinity may be given other endpoints: ";

  private ClientHandover() {}

  /**
   * Puts the clients that our tables remember on the lists that our chains ask. A list cannot be
   * told when a client was seen, so the time of each begins anew.
   */
  static void toLists(IpFamily family, DesiredState desired, Consumer<String> remarks) {
    try (NftablesKernel tables = NftablesKernel.open()) {
      List<RememberedClient> clients =
          tables.readAffinity(family, KernelTables.affinityMap(family));
      Map<String, List<IpAddress>> lists =
          ClientLists.of(family, clients, desired.forwarding(), desired.context());
      for (Map.Entry<String, List<IpAddress>> list : lists.entrySet()) {
        RecentLists.add(list.getKey(), list.getValue());
      }
    } catch (KernelException e) {
      if (!e.errnoName().equals("ENOENT")) { // no table: iptables of the other variant was in use
        remarks.accept(AT_WORST + e.getMessage());
      }
    }
  }

  /**
   * The clients on the lists of our chains, with what is left of their time.
   *
   * @param most of so many
   */
  static List<RememberedClient> fromLists(
      IpFamily family, DesiredState desired, int most, Consumer<String> remarks) {
    try {
      return ClientLists.remembered(
          family,
          RecentLists.idleMillis(ClientLists.names(family, desired.forwarding())),
          desired.forwarding(),
          desired.context(),
          most);
    } catch (KernelException e) {
      remarks.accept(AT_WORST + e.getMessage());
      return List.of();
    }
  }
}
