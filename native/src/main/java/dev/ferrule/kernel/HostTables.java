// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tables of nf_tables in the network namespace of the calling thread, whoever made them. */
public final class HostTables {

  /** The families as nft names them ({@code linux/netfilter.h}). */
  private static final Map<Integer, String> FAMILIES =
      Map.of(1, "inet", 2, "ip", 3, "arp", 5, "netdev", 7, "bridge", 10, "ip6");

  private HostTables() {}

  /**
   * Their names with the family in front, sorted: {@code inet firewalld}.
   *
   * @throws KernelException without privilege or nf_tables
   */
  public static Set<String> names() throws KernelException {
    Set<String> names = new TreeSet<>();
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      NetlinkWriter out = NetlinkWriter.withRoom(64);
      int number = socket.takeSequence(1);
      int message =
          out.beginMessage(
              NfTables.messageType(NfTables.NFT_MSG_GETTABLE),
              NfTables.NLM_F_REQUEST | NfTables.NLM_F_DUMP,
              number);
      out.netfilterHeader(0, 0);
      out.endMessage(message);
      socket.ask(
          out.written(),
          number,
          "list the tables of nf_tables",
          answer -> {
            AttributeReader in = answer.attributes(4);
            while (in.next()) {
              if (in.type() == NfTables.NFTA_TABLE_NAME) {
                names.add(FAMILIES.getOrDefault(answer.payloadByte(0), "?") + " " + in.text());
              }
            }
          });
    } catch (KernelException e) {
      if (e.isMissingPrivilege()) {
        throw KernelException.of(e.operation(), e.errno(), NftablesKernel.NEEDS_PRIVILEGE);
      }
      throw e;
    }
    return names;
  }

  /** What {@code nft --version} says; empty if there is no such program. */
  public static String versionOfNft() throws KernelException {
    StringBuilder said = new StringBuilder();
    for (String folder : List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin")) {
      String program = folder + "/nft";
      if (Files.isExecutable(Path.of(program))) {
        new ChildProcess(List.of(program, "--version"), ChildProcess.QUICK)
            .run(in -> {}, said::append);
        break;
      }
    }
    return said.toString().strip();
  }
}
