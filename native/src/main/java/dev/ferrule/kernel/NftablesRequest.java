// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.util.Locale;

/** Asks the kernel for objects of our table. */
final class NftablesRequest {

  private final NetlinkSocket socket;

  /** Enough for a page of keys. */
  private static final int ROOM = 4096;

  NftablesRequest(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** The generation of the rules of this network namespace: it changes with each commit. */
  int generation() throws KernelException {
    int[] generation = new int[1];
    ask(
        NfTables.NFT_MSG_GETGEN,
        NfTables.NLM_F_ACK,
        0,
        "read the generation of the nf_tables rules",
        out -> {},
        message -> generation[0] = generation(message.attributes(4)));
    return generation[0];
  }

  private static int generation(AttributeReader in) {
    while (in.next()) {
      if (in.type() == NfTables.NFTA_GEN_ID) {
        return in.u32();
      }
    }
    return 0;
  }

  boolean hasTable(IpFamily family) throws KernelException {
    return hasTable(family, TableState.NAME);
  }

  /** Whether there is a table, of anybody. */
  boolean hasTable(IpFamily family, String name) throws KernelException {
    return has(
        NfTables.NFT_MSG_GETTABLE,
        family,
        "table " + NfTables.familyName(family) + " " + name,
        out -> out.text(NfTables.NFTA_TABLE_NAME, name));
  }

  /** The flags of our table; -1 if there is none. */
  int tableFlags(IpFamily family) throws KernelException {
    int[] flags = {0};
    boolean there =
        has(
            NfTables.NFT_MSG_GETTABLE,
            family,
            "table " + NfTables.familyName(family) + " " + TableState.NAME,
            out -> out.text(NfTables.NFTA_TABLE_NAME, TableState.NAME),
            message -> {
              AttributeReader in = message.attributes(4);
              while (in.next()) {
                if (in.type() == NfTables.NFTA_TABLE_FLAGS) {
                  flags[0] = in.u32();
                }
              }
            });
    return there ? flags[0] : -1;
  }

  /** Whether there is a chain, in anybody's table. */
  boolean hasChain(IpFamily family, String table, String chain) throws KernelException {
    return has(
        NfTables.NFT_MSG_GETCHAIN,
        family,
        "chain " + NfTables.familyName(family) + " " + table + " " + chain,
        out -> {
          out.text(NfTables.NFTA_CHAIN_TABLE, table);
          out.text(NfTables.NFTA_CHAIN_NAME, chain);
        });
  }

  private boolean has(int type, IpFamily family, String what, Attributes attributes)
      throws KernelException {
    return has(type, family, what, attributes, message -> {});
  }

  private boolean has(
      int type, IpFamily family, String what, Attributes attributes, NetlinkSocket.Receiver answer)
      throws KernelException {
    try {
      ask(
          type,
          NfTables.NLM_F_ACK,
          NfTables.protocolFamily(family),
          "read " + what,
          attributes,
          answer);
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Asks for all objects of a kind in our table.
   *
   * @param what the kind, for an error
   * @return false if changes interrupted it: it may lack entries
   */
  boolean dump(
      int type, IpFamily family, String what, Attributes attributes, NetlinkSocket.Receiver each)
      throws KernelException {
    String operation =
        String.format(
            Locale.ROOT,
            "read %s of table %s %s",
            what,
            NfTables.familyName(family),
            TableState.NAME);
    return ask(
        type, NfTables.NLM_F_DUMP, NfTables.protocolFamily(family), operation, attributes, each);
  }

  /** Asks for objects of a kind by name, each of which must be there. */
  void get(
      int type, IpFamily family, String what, Attributes attributes, NetlinkSocket.Receiver each)
      throws KernelException {
    String table = NfTables.familyName(family) + " " + TableState.NAME;
    ask(
        type,
        NfTables.NLM_F_ACK,
        NfTables.protocolFamily(family),
        "read " + what + " of table " + table,
        attributes,
        each);
  }

  /** Writes the attributes of a request. */
  @FunctionalInterface
  interface Attributes {
    void write(NetlinkWriter out);
  }

  private boolean ask(
      int type,
      int flags,
      int family,
      String operation,
      Attributes attributes,
      NetlinkSocket.Receiver each)
      throws KernelException {
    NetlinkWriter out = NetlinkWriter.withRoom(ROOM);
    int number = socket.takeSequence(1);
    int message =
        out.beginMessage(NfTables.messageType(type), NfTables.NLM_F_REQUEST | flags, number);
    out.netfilterHeader(family, 0);
    attributes.write(out);
    out.endMessage(message);
    return socket.ask(out.written(), number, operation, each);
  }
}
