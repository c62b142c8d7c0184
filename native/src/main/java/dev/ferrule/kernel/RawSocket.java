// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends packets of this node as a process on it would (raw(7)): they pass the output hook, and the
 * kernel chooses the way. Nothing waits for the answer, so the kernel itself refuses it.
 */
public final class RawSocket implements AutoCloseable {

  private final int fd;

  private RawSocket(int fd) {
    this.fd = fd;
  }

  /**
   * Opens a socket for one family.
   *
   * @throws KernelException without CAP_NET_RAW
   */
  public static RawSocket open(IpFamily family) throws KernelException {
    int domain = family == IpFamily.IPV4 ? Libc.AF_INET : Libc.AF_INET6;
    // With this protocol number the IP header is part of what is sent, in both families.
    int fd = Libc.get().socket(domain, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_RAW);
    if (fd < 0) {
      int errno = Libc.errno();
      throw KernelException.of(
          "open a raw socket",
          errno,
          errno == Errno.EPERM
              ? "it needs root or CAP_NET_RAW in this network namespace; try it with sudo"
              : "");
    }
    return new RawSocket(fd);
  }

  /**
   * Sends a packet. That a rule dropped or rejected it is no error.
   *
   * @throws KernelException if there is no route, or the address is not this node's
   */
  public void send(TestPacket packet) throws KernelException {
    byte[] bytes = packet.bytes();
    ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer to = address(packet);
    long sent = Libc.get().sendto(fd, data, bytes.length, 0, to, to.capacity());
    // EPERM says that a rule dropped it on its way out.
    if (sent < 0 && Libc.errno() != Errno.EPERM) {
      int errno = Libc.errno();
      throw KernelException.of(
          "send a " + packet,
          errno,
          switch (errno) {
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH ->
                "this node has no route to " + packet.to().address();
            case Errno.EINVAL ->
                "the kernel lets nothing go from there to there, as from loopback to another host";
            default -> "";
          });
    }
  }

  /** struct sockaddr_in and sockaddr_in6; the port is in the packet. */
  private static ByteBuffer address(TestPacket packet) {
    boolean ipv4 = packet.to().family() == IpFamily.IPV4;
    ByteBuffer address = ByteBuffer.allocateDirect(ipv4 ? 16 : 28).order(ByteOrder.nativeOrder());
    address.putShort((short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
    address.position(ipv4 ? 4 : 8);
    return address.put(packet.to().address().bytes()).clear();
  }

  @Override
  public void close() {
    Libc.get().close(fd);
  }
}
