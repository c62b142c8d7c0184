// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Sends packets that were made by hand, from a process of the namespace or over one of its cables,
 * and hears everything that passes the namespace's interfaces. No socket of the kernel's gets in
 * between, so any source address and any protocol will do.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int ETH_P_ALL = 3;
  private static final int ETH_P_IP = 0x0800;
  private static final int ETH_P_IPV6 = 0x86dd;
  private static final int PACKET_OUTGOING = 4;
  private static final int SOCKADDR_LL = 20;
  private static final int HEARING_BUFFER = 8 << 20;
  private static final int MAX_PACKET = 4096;

  private final int raw4;
  private final int raw6;
  private final int cable;
  private final byte[] frameHead;
  private final int hearing;

  private PacketSocket(int raw4, int raw6, int cable, byte[] frameHead, int hearing) {
    this.raw4 = raw4;
    this.raw6 = raw6;
    this.cable = cable;
    this.frameHead = frameHead;
    this.hearing = hearing;
  }

  /** Packets of a process: they pass the output hook, and the kernel chooses the way. */
  public static PacketSocket local(NetNamespace namespace) {
    return open(
        namespace,
        () ->
            new PacketSocket(
                socket(Libc.AF_INET, Libc.SOCK_RAW, Libc.IPPROTO_RAW),
                socket(Libc.AF_INET6, Libc.SOCK_RAW, Libc.IPPROTO_RAW),
                -1,
                new byte[0],
                hearing()));
  }

  /** Packets that arrive at the other end of a cable, as if somebody behind it had sent them. */
  public static PacketSocket onCable(NetNamespace namespace, String device, byte[] to, byte[] own) {
    return open(
        namespace,
        () -> {
          int fd = socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0);
          int index = Libc.C.if_nametoindex(device);
          ByteBuffer address = ByteBuffer.allocate(SOCKADDR_LL).order(ByteOrder.nativeOrder());
          address.putShort((short) Libc.AF_PACKET).putShort((short) 0).putInt(index);
          Libc.check(Libc.C.bind(fd, address.array(), SOCKADDR_LL), "bind to " + device);
          byte[] head = ByteBuffer.allocate(12).put(to).put(own).array();
          return new PacketSocket(-1, -1, fd, head, hearing());
        });
  }

  private static PacketSocket open(NetNamespace namespace, Callable<PacketSocket> made) {
    try {
      return NamespaceThread.once(namespace, made);
    } catch (Exception e) {
      throw new LabException("could not open packet sockets in " + namespace.name(), e);
    }
  }

  private static int hearing() {
    // The protocol is in network order, whatever the machine's is.
    int all = Short.reverseBytes((short) ETH_P_ALL) & 0xffff;
    int fd = socket(Libc.AF_PACKET, Libc.SOCK_DGRAM, all);
    Libc.check(
        Libc.C.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, new int[] {HEARING_BUFFER}, 4),
        "enlarge the buffer of a packet socket");
    return fd;
  }

  private static int socket(int domain, int type, int protocol) {
    return Libc.check(
        Libc.C.socket(domain, type | Libc.SOCK_CLOEXEC, protocol), "open a packet socket");
  }

  /**
   * Sends them all; returns the error numbers of those that a rule or a route refused. Any other
   * error is the lab's own and thrown, lest a packet that was never sent looks like a dropped one.
   */
  public List<Integer> send(List<byte[]> packets) {
    List<Integer> errors = new ArrayList<>();
    for (byte[] packet : packets) {
      boolean six = (packet[0] & 0xf0) == 0x60;
      long sent = cable >= 0 ? frame(packet, six) : fromHere(packet, six);
      if (sent < 0) {
        int errno = Libc.errno();
        if (cable >= 0 || (errno != Libc.EPERM && !unreachable(errno))) {
          throw new LabException("could not send a packet: " + Libc.describe(errno));
        }
        errors.add(errno);
      }
    }
    return errors;
  }

  private long frame(byte[] packet, boolean six) {
    ByteBuffer frame = ByteBuffer.allocate(frameHead.length + 2 + packet.length);
    frame.put(frameHead).putShort((short) (six ? ETH_P_IPV6 : ETH_P_IP)).put(packet);
    return Libc.C.send(cable, frame.array(), frame.capacity(), 0);
  }

  private long fromHere(byte[] packet, boolean six) {
    ByteBuffer to = ByteBuffer.allocate(six ? 28 : 16).order(ByteOrder.nativeOrder());
    to.putShort((short) (six ? Libc.AF_INET6 : Libc.AF_INET));
    to.position(six ? 8 : 4);
    to.put(packet, six ? 24 : 16, six ? 16 : 4);
    return Libc.C.sendto(six ? raw6 : raw4, packet, packet.length, 0, to.array(), to.capacity());
  }

  /** The packets heard since the last time, waiting for the first one no longer than said. */
  public List<byte[]> hear(Duration wait) {
    ByteBuffer poll = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    poll.putInt(hearing).putShort((short) Libc.POLLIN);
    Libc.C.poll(poll.array(), 1, Math.toIntExact(wait.toMillis()));
    List<byte[]> heard = new ArrayList<>();
    byte[] packet = new byte[MAX_PACKET];
    byte[] from = new byte[SOCKADDR_LL];
    while (true) {
      int[] fromLength = {SOCKADDR_LL};
      long length =
          Libc.C.recvfrom(hearing, packet, MAX_PACKET, Libc.MSG_DONTWAIT, from, fromLength);
      if (length < 0) {
        return heard;
      }
      // Over a cable what goes out is only what we have sent; on the node it may be an answer.
      if (cable < 0 || from[10] != PACKET_OUTGOING) {
        heard.add(Arrays.copyOf(packet, Math.toIntExact(length)));
      }
    }
  }

  /** Whether a refused send is the kernel's way of saying that nobody is there. */
  public static boolean unreachable(int errno) {
    return errno == Libc.ECONNREFUSED || errno == Libc.EHOSTUNREACH || errno == Libc.ENETUNREACH;
  }

  @Override
  public void close() {
    for (int fd : new int[] {raw4, raw6, cable, hearing}) {
      if (fd >= 0) {
        Libc.check(Libc.C.close(fd), "close a packet socket");
      }
    }
  }
}
