// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The addresses of this host's interfaces ({@code ip address}), read and followed with rtnetlink
 * (rtnetlink(7), {@code linux/if_addr.h}). It looks at the network namespace of the thread that
 * opened it.
 */
public final class HostAddresses implements AutoCloseable {

  /**
   * An address that an interface has and that can be used.
   *
   * @param prefix the length of the prefix of its network
   * @param interfaceIndex the interface's number
   */
  public record HostAddress(IpAddress address, int prefix, int interfaceIndex) {

    /** Whether other hosts may reach it: neither a loopback nor a link-local address. */
    public boolean isReachable() {
      return !address.isLoopback() && !address.isLinkLocal();
    }
  }

  private static final int NETLINK_ROUTE = 0;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;

  /** Bit masks of RTNLGRP_IPV4_IFADDR and RTNLGRP_IPV6_IFADDR. */
  private static final int GROUPS = 1 << 4 | 1 << 8;

  /** struct ifaddrmsg: family u8, prefix length u8, flags u8, scope u8, interface u32. */
  private static final int HEADER = 8;

  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_FLAGS = 8;
  private static final int IFA_F_OPTIMISTIC = 0x4;
  private static final int IFA_F_DADFAILED = 0x8;
  private static final int IFA_F_TENTATIVE = 0x40;

  private static final Comparator<HostAddress> ORDER =
      Comparator.comparing(HostAddress::address).thenComparing(HostAddress::interfaceIndex);

  private final NetlinkSocket requests;
  private final NetlinkSocket events;
  private final Waiter waiter;

  private HostAddresses(NetlinkSocket requests, NetlinkSocket events) throws KernelException {
    this.requests = requests;
    this.events = events;
    this.waiter = new Waiter(events.fd(), events::close);
  }

  /** Opens the calling thread's network namespace. Changes are noticed from now on. */
  public static HostAddresses open() throws KernelException {
    NetlinkSocket requests = NetlinkSocket.open(NETLINK_ROUTE, 0);
    try {
      return new HostAddresses(requests, NetlinkSocket.open(NETLINK_ROUTE, GROUPS));
    } catch (KernelException e) {
      requests.close();
      throw e;
    }
  }

  /**
   * All addresses of both families, in order. An IPv6 address that may turn out to be a duplicate
   * of another host's (tentative), or did, is left out.
   */
  public synchronized List<HostAddress> list() throws KernelException {
    String operation = "read the addresses of this host";
    while (true) {
      List<HostAddress> addresses = new ArrayList<>();
      NetlinkWriter out = NetlinkWriter.withRoom(64);
      int number = requests.takeSequence(1);
      int message =
          out.beginMessage(RTM_GETADDR, NfTables.NLM_F_REQUEST | NfTables.NLM_F_DUMP, number);
      out.raw(new byte[HEADER]);
      out.endMessage(message);
      if (requests.ask(out.written(), number, operation, m -> add(addresses, m))) {
        addresses.sort(ORDER);
        return List.copyOf(addresses);
      }
    }
  }

  static void add(List<HostAddress> addresses, MessageReader message) {
    if (message.type() != RTM_NEWADDR) {
      return;
    }
    int prefix = message.payloadByte(1);
    int flags = message.payloadByte(2);
    byte[] address = new byte[0];
    byte[] local = new byte[0];
    AttributeReader in = message.attributes(HEADER);
    while (in.next()) {
      switch (in.type()) {
        case IFA_ADDRESS -> address = in.array();
        case IFA_LOCAL -> local = in.array(); // ADDRESS is the other end of a point-to-point link
        case IFA_FLAGS -> flags = in.hostU32();
        default -> {}
      }
    }
    byte[] own = local.length > 0 ? local : address;
    boolean tentative = (flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) == IFA_F_TENTATIVE;
    if (!tentative && (flags & IFA_F_DADFAILED) == 0 && (own.length == 4 || own.length == 16)) {
      addresses.add(new HostAddress(IpAddress.ofBytes(own), prefix, message.payloadInt(4)));
    }
  }

  /**
   * Waits until addresses are added or removed.
   *
   * @return false when the time is over, when {@link #wake} was called or when this is closed
   */
  public boolean awaitChange(Duration timeout) throws KernelException {
    return waiter.await(timeout, false, this::drain);
  }

  /** Reads all that was told: what it was does not matter, the list is to be read anew. */
  private boolean drain() throws KernelException {
    try {
      boolean more = true;
      while (more) {
        more = events.receive("follow the addresses of this host", message -> {});
      }
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOBUFS) {
        throw e;
      }
    }
    return true;
  }

  /** Ends the {@link #awaitChange} of another thread. */
  public void wake() {
    waiter.wake();
  }

  /** Closes the sockets; another thread's {@link #awaitChange} ends. */
  @Override
  public void close() {
    waiter.close();
    synchronized (this) {
      requests.close();
    }
  }
}
