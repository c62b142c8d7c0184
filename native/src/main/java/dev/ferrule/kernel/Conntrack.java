// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.conntrack.ConntrackEntry;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's connection tracking table ({@code conntrack -L}, {@code conntrack -D}), over
 * ctnetlink ({@code net/netfilter/nf_conntrack_netlink.c}). It belongs to the network namespace of
 * the thread that opened it and is used by one thread at a time. CAP_NET_ADMIN is enough.
 */
public final class Conntrack implements AutoCloseable {

  /** Takes each entry; it may delete entries of the same table meanwhile. */
  @FunctionalInterface
  public interface Receiver {
    void accept(ConntrackEntry entry) throws KernelException;
  }

  private static final int REQUEST_BYTES = 256;

  private final NetlinkSocket dumps;
  private final NetlinkSocket deletions;
  private final NetlinkWriter out = NetlinkWriter.withRoom(REQUEST_BYTES);

  private Conntrack(NetlinkSocket dumps, NetlinkSocket deletions) {
    this.dumps = dumps;
    this.deletions = deletions;
  }

  /** Opens the table of the calling thread's network namespace; nothing is asked yet. */
  public static Conntrack open() throws KernelException {
    NetlinkSocket dumps = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0);
    try {
      return new Conntrack(dumps, NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0));
    } catch (KernelException e) {
      dumps.close();
      throw e;
    }
  }

  /**
   * Gives all entries of a family and protocol to the receiver, one after the other. One that
   * appears or goes meanwhile may be among them or not.
   *
   * @throws KernelException without privilege or ctnetlink; the message says which. Entries may
   *     have been given by then
   */
  public void forEach(IpFamily family, Protocol protocol, Receiver receiver)
      throws KernelException {
    String operation =
        String.format(
            Locale.ROOT,
            "read the %s %s entries of connection tracking",
            family.text(),
            protocol.text().toUpperCase(Locale.ROOT));
    try {
      dump(family, protocol, true, operation, receiver);
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.EOPNOTSUPP) {
        throw explained(operation, e);
      }
      // Refused before the first entry, by a kernel that knows of no filter on the protocol.
      try {
        dump(family, protocol, false, operation, receiver);
      } catch (KernelException again) {
        throw explained(operation, again);
      }
    }
  }

  private void dump(
      IpFamily family, Protocol protocol, boolean filter, String operation, Receiver receiver)
      throws KernelException {
    int number = dumps.takeSequence(1);
    int message =
        begin(
            Ctnetlink.IPCTNL_MSG_CT_GET,
            NfTables.NLM_F_REQUEST | NfTables.NLM_F_DUMP,
            number,
            family);
    if (filter) {
      int flags = out.open(Ctnetlink.CTA_FILTER);
      out.hostU32(Ctnetlink.CTA_FILTER_ORIG_FLAGS, Ctnetlink.FILTER_PROTO_NUM);
      out.close(flags);
      int tuple = out.open(Ctnetlink.CTA_TUPLE_ORIG);
      int proto = out.open(Ctnetlink.CTA_TUPLE_PROTO);
      out.u8(Ctnetlink.CTA_PROTO_NUM, protocol.number());
      out.close(proto);
      out.close(tuple);
    }
    out.endMessage(message);
    dumps.ask(
        out.written(),
        number,
        operation,
        answer -> {
          ConntrackEntry entry = entry(answer, protocol);
          if (entry != null) {
            receiver.accept(entry);
          }
        });
  }

  /** Kernels before 5.8 pass over the filter, hence the check of the protocol. */
  static @Nullable ConntrackEntry entry(MessageReader answer, Protocol protocol) {
    return answer.type() == Ctnetlink.messageType(Ctnetlink.IPCTNL_MSG_CT_NEW)
        ? ConntrackReader.read(answer.attributes(4), protocol)
        : null;
  }

  /**
   * Deletes this entry, and not another one that began between the same addresses since.
   *
   * @return false if it was gone already
   */
  public boolean delete(ConntrackEntry entry) throws KernelException {
    FrontendKey destination = entry.destination();
    String operation = "delete the connection tracking entry of " + destination;
    int number = deletions.takeSequence(1);
    int message =
        begin(
            Ctnetlink.IPCTNL_MSG_CT_DELETE,
            NfTables.NLM_F_REQUEST | NfTables.NLM_F_ACK,
            number,
            destination.family());
    boolean ipv4 = destination.family() == IpFamily.IPV4;
    int tuple = out.open(Ctnetlink.CTA_TUPLE_ORIG);
    int addresses = out.open(Ctnetlink.CTA_TUPLE_IP);
    out.bytes(ipv4 ? Ctnetlink.CTA_IP_V4_SRC : Ctnetlink.CTA_IP_V6_SRC, entry.source().bytes());
    out.bytes(
        ipv4 ? Ctnetlink.CTA_IP_V4_DST : Ctnetlink.CTA_IP_V6_DST, destination.address().bytes());
    out.close(addresses);
    int ports = out.open(Ctnetlink.CTA_TUPLE_PROTO);
    out.u8(Ctnetlink.CTA_PROTO_NUM, destination.protocol().number());
    out.u16(Ctnetlink.CTA_PROTO_SRC_PORT, entry.sourcePort());
    out.u16(Ctnetlink.CTA_PROTO_DST_PORT, destination.port());
    out.close(ports);
    out.close(tuple);
    out.u32(Ctnetlink.CTA_ID, entry.id());
    if (entry.zone() != 0) {
      out.u16(Ctnetlink.CTA_ZONE, entry.zone());
    }
    out.endMessage(message);
    try {
      deletions.ask(out.written(), number, operation, answer -> {});
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw explained(operation, e);
    }
  }

  private int begin(int type, int flags, int number, IpFamily family) {
    out.truncate(0);
    int message = out.beginMessage(Ctnetlink.messageType(type), flags, number);
    out.netfilterHeader(NfTables.protocolFamily(family), 0);
    return message;
  }

  private static KernelException explained(String operation, KernelException e) {
    String reason =
        switch (e.errno()) {
          case Errno.EPERM -> NftablesKernel.NEEDS_PRIVILEGE;
          case Errno.EINVAL, Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT ->
              "the kernel does not offer its table; load module nf_conntrack_netlink"
                  + " (CONFIG_NF_CT_NETLINK)";
          default -> "";
        };
    return reason.isEmpty()
        ? e
        : new KernelException(operation, "", e.errno(), e.kernelText(), reason);
  }

  @Override
  public void close() {
    deletions.close();
    dumps.close();
  }
}
