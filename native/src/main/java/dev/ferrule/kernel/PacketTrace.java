// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows one packet through the rules of all programs ({@code meta nftrace}) in the network
 * namespace of the thread that opened it. For that a table {@code ferrule-trace} is there while it
 * is open, and no longer.
 */
public final class PacketTrace implements AutoCloseable {

  /** Sends a packet. */
  @FunctionalInterface
  public interface Send {
    void packet(TestPacket packet) throws KernelException;
  }

  /** Bit mask of NFNLGRP_NFTRACE. */
  private static final int TRACE_GROUP = 1 << 8;

  /** Events are queued while the packet moves, so silence means that it has come to rest. */
  private static final int SILENCE_MILLIS = 500;

  private static final int LIMIT_MILLIS = 2_000;
  private static final String OPERATION = "follow a packet by nftrace";

  private final NetlinkSocket events;
  private final NetlinkSocket requests;
  private final TraceTable table;
  private final TestPacket packet;

  private PacketTrace(
      NetlinkSocket events, NetlinkSocket requests, TraceTable table, TestPacket packet) {
    this.events = events;
    this.requests = requests;
    this.table = table;
    this.packet = packet;
  }

  /**
   * Begins to look out for the packet, which must not be sent yet.
   *
   * @throws KernelException without CAP_NET_ADMIN, or while another process follows a packet; the
   *     message says which
   */
  public static PacketTrace open(TestPacket packet) throws KernelException {
    NetlinkSocket events = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, TRACE_GROUP);
    NetlinkSocket requests = null;
    try {
      requests = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0);
      removeLeftOver(requests);
      TraceTable table = new TraceTable(requests, packet.to().family());
      table.add(packet);
      return new PacketTrace(events, requests, table, packet);
    } catch (KernelException e) {
      events.close();
      if (requests != null) {
        requests.close();
      }
      throw e;
    }
  }

  /**
   * Removes the table of a process that was killed while it followed a packet.
   *
   * @return whether there was one
   */
  public static boolean removeLeftOver() throws KernelException {
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      return removeLeftOver(socket);
    }
  }

  private static boolean removeLeftOver(NetlinkSocket socket) throws KernelException {
    boolean removed = false;
    for (IpFamily family : IpFamily.values()) {
      removed |= new TraceTable(socket, family).delete();
    }
    return removed;
  }

  /**
   * Sends the packet and follows it until it left, was delivered or dropped; or until nothing was
   * heard of it for half a second, which takes two seconds at most.
   *
   * @return what became of it, in order; the chains of {@code ferrule-trace} are in it
   */
  public List<TraceEvent> follow(Send send) throws KernelException {
    send.packet(packet);
    List<TraceEvent> seen = new ArrayList<>();
    TraceReader reader = new TraceReader(packet);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    boolean more = true;
    while (more) {
      more =
          !isAtRest(seen)
              && (events.receive(OPERATION, message -> add(reader.read(message), seen))
                  || isHeardOf(end));
    }
    return List.copyOf(seen);
  }

  private static void add(@Nullable TraceEvent event, List<TraceEvent> seen) {
    if (event != null) {
      seen.add(event);
    }
  }

  private boolean isHeardOf(long end) throws KernelException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    return left > 0 && Poll.readable(events.fd(), (int) Math.min(left, SILENCE_MILLIS));
  }

  private static boolean isAtRest(List<TraceEvent> seen) {
    if (seen.isEmpty()) {
      return false;
    }
    TraceEvent last = seen.get(seen.size() - 1);
    return last.isDrop() || last.isDelivery() || last.isDeparture();
  }

  /** Removes the table. */
  @Override
  public void close() throws KernelException {
    try {
      table.delete();
    } finally {
      requests.close();
      events.close();
    }
  }
}
