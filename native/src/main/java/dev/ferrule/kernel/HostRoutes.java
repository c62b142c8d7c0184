// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.OptionalInt;

/** Asks the kernel which way packets to an address would go ({@code ip route get}). */
public final class HostRoutes {

  private static final int NETLINK_ROUTE = 0;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_GETROUTE = 26;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;

  /** struct rtmsg. */
  private static final int HEADER = 12;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private HostRoutes() {}

  /**
   * The number of the interface by which packets to the address leave the calling thread's network
   * namespace, and so by which those of the address usually come in; empty if there is no route.
   */
  public static OptionalInt interfaceTowards(IpAddress address) throws KernelException {
    try (NetlinkSocket socket = NetlinkSocket.open(NETLINK_ROUTE, 0)) {
      NetlinkWriter out = NetlinkWriter.withRoom(64);
      int number = socket.takeSequence(1);
      int message =
          out.beginMessage(RTM_GETROUTE, NfTables.NLM_F_REQUEST | NfTables.NLM_F_ACK, number);
      byte[] header = new byte[HEADER];
      header[0] = (byte) (address.family() == IpFamily.IPV4 ? AF_INET : AF_INET6);
      header[1] = (byte) address.family().addressBits();
      out.raw(header);
      out.bytes(RTA_DST, address.bytes());
      out.endMessage(message);
      int[] found = {0};
      socket.ask(out.written(), number, "ask for the route to " + address, m -> found[0] = out(m));
      return found[0] == 0 ? OptionalInt.empty() : OptionalInt.of(found[0]);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENETUNREACH || e.errno() == Errno.EHOSTUNREACH) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }

  static int out(MessageReader message) {
    int index = 0;
    if (message.type() == RTM_NEWROUTE) {
      AttributeReader in = message.attributes(HEADER);
      while (in.next()) {
        if (in.type() == RTA_OIF) {
          index = in.hostU32();
        }
      }
    }
    return index;
  }
}
