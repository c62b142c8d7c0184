// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * The tables that kube-proxy in mode nftables left in the network namespace of the calling thread.
 */
public final class KubeProxyTables {

  /** As {@code pkg/proxy/nftables/proxier.go} calls them. */
  public static final String NAME = "kube-proxy";

  private KubeProxyTables() {}

  /** The families that have one. */
  public static Set<IpFamily> find() throws KernelException {
    Set<IpFamily> found = EnumSet.noneOf(IpFamily.class);
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      NftablesRequest request = new NftablesRequest(socket);
      for (IpFamily family : IpFamily.values()) {
        if (request.hasTable(family, NAME)) {
          found.add(family);
        }
      }
    }
    return found;
  }

  /**
   * Removes them with all that is in them, in one transaction.
   *
   * @throws KernelException also if one is not there any more; then nothing has changed
   */
  public static void remove(Collection<IpFamily> families) throws KernelException {
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      Batch batch = new Batch(NetlinkWriter.withRoom(4096), socket.takeSequence(0));
      for (IpFamily family : families) {
        batch.step("delete table " + NfTables.familyName(family) + " " + NAME);
        int message = batch.begin(NfTables.NFT_MSG_DELTABLE, 0, family);
        batch.out().text(NfTables.NFTA_TABLE_NAME, NAME);
        batch.end(message);
      }
      if (batch.isEmpty()) {
        return;
      }
      batch.finish();
      socket.takeSequence(batch.messages());
      String operation = "delete the tables " + NAME;
      BatchAnswer answer = new BatchAnswer(batch, operation);
      socket.send(batch.out().written(), operation);
      boolean more = true;
      while (more) {
        more = socket.receive(operation, answer);
      }
      answer.check();
    }
  }
}
