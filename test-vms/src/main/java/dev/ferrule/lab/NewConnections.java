// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Hears of each connection that the kernel begins to track in a namespace, as long as this is open.
 * The kernel says so while it handles the packet. Asking it for its table instead would make it
 * walk through that of the whole machine each time, which takes many milliseconds where the table
 * is large.
 */
public final class NewConnections implements AutoCloseable {
  private static final int NETLINK_NETFILTER = 12;
  // NFNLGRP_CONNTRACK_NEW is group 1, and groups are bits here
  private static final int GROUP_NEW = 1;
  private static final int SOCKADDR_NL = 12;
  private static final int CTNETLINK_NEW = 1 << 8;
  private static final int HEADERS = 16 + 4;
  private static final int BUFFER = 64 << 20;
  private static final int MAX_MESSAGE = 65536;

  private final int socket;

  private NewConnections(int socket) {
    this.socket = socket;
  }

  public static NewConnections in(NetNamespace namespace) {
    try {
      return new NewConnections(NamespaceThread.once(namespace, NewConnections::open));
    } catch (Exception e) {
      throw new LabException("could not listen for connections in " + namespace.name(), e);
    }
  }

  private static int open() {
    int fd =
        Libc.check(
            Libc.C.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_NETFILTER),
            "open a netlink socket");
    Libc.check(
        Libc.C.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, new int[] {BUFFER}, 4),
        "enlarge the buffer of a netlink socket");
    ByteBuffer address = ByteBuffer.allocate(SOCKADDR_NL).order(ByteOrder.nativeOrder());
    address.putShort((short) Libc.AF_NETLINK).putInt(8, GROUP_NEW);
    Libc.check(Libc.C.bind(fd, address.array(), SOCKADDR_NL), "join a group of netlink");
    return fd;
  }

  /** Those that have begun since the last time, without waiting for any. */
  public List<TrackedConnection> heard() {
    List<TrackedConnection> heard = new ArrayList<>();
    byte[] buffer = new byte[MAX_MESSAGE];
    while (true) {
      int[] fromLength = {SOCKADDR_NL};
      long length =
          Libc.C.recvfrom(
              socket, buffer, MAX_MESSAGE, Libc.MSG_DONTWAIT, new byte[SOCKADDR_NL], fromLength);
      if (length < 0) {
        if (Libc.errno() != Libc.EAGAIN) {
          // ENOBUFS above all: a connection that was missed would look like a dropped packet
          throw new LabException("could not hear of connections: " + Libc.describe(Libc.errno()));
        }
        return heard;
      }
      ByteBuffer messages = ByteBuffer.wrap(buffer, 0, Math.toIntExact(length));
      messages.order(ByteOrder.nativeOrder());
      while (messages.remaining() >= HEADERS) {
        int start = messages.position();
        int size = messages.getInt(start);
        if (messages.getShort(start + 4) == CTNETLINK_NEW) {
          heard.add(TrackedConnection.read(messages.slice(start + HEADERS, size - HEADERS)));
        }
        messages.position(Math.min(messages.limit(), start + (size + 3) / 4 * 4));
      }
    }
  }

  @Override
  public void close() {
    Libc.check(Libc.C.close(socket), "close a netlink socket");
  }
}
