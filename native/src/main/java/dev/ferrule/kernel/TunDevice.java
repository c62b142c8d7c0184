// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An interface of its own (Linux, {@code Documentation/networking/tuntap.rst}) by which packets of
 * others come in; what is sent out by it is lost. It has no address and no route, and goes with the
 * process, however that ends.
 */
public final class TunDevice implements AutoCloseable {

  /** The name of the interface. */
  public static final String NAME = "ferrule-trace";

  private static final long TUNSETIFF = 0x400454ca;
  private static final int IFF_TUN = 0x1;
  private static final int IFF_NO_PI = 0x1000;

  /** struct ifreq: name, then flags. */
  private static final int IFREQ = 40;

  private static final int NETLINK_ROUTE = 0;
  private static final int RTM_NEWLINK = 16;
  private static final int IFLA_IFNAME = 3;
  private static final int IFF_UP = 1;

  private final int fd;

  private TunDevice(int fd) {
    this.fd = fd;
  }

  /**
   * Makes the interface in the network namespace of the calling thread.
   *
   * @throws KernelException without CAP_NET_ADMIN or /dev/net/tun, or while there is another one
   */
  public static TunDevice open() throws KernelException {
    Libc.Calls libc = Libc.get();
    int fd = libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_CLOEXEC);
    if (fd < 0) {
      int errno = Libc.errno();
      throw KernelException.of(
          "open /dev/net/tun",
          errno,
          errno == Errno.ENOENT ? "the kernel does not offer it; try `modprobe tun`" : "");
    }
    TunDevice device = new TunDevice(fd);
    try {
      device.name();
      device.up();
      return device;
    } catch (KernelException e) {
      device.close();
      throw e;
    }
  }

  private void name() throws KernelException {
    ByteBuffer request = ByteBuffer.allocateDirect(IFREQ).order(ByteOrder.nativeOrder());
    request.put(NAME.getBytes(StandardCharsets.US_ASCII));
    request.position(RuleEncoder.NAME_BYTES).putShort((short) (IFF_TUN | IFF_NO_PI));
    if (Libc.get().ioctl(fd, TUNSETIFF, request.clear()) < 0) {
      int errno = Libc.errno();
      throw KernelException.of(
          "make the interface " + NAME,
          errno,
          switch (errno) {
            case Errno.EPERM -> NftablesKernel.NEEDS_PRIVILEGE;
            case Errno.EBUSY, Errno.EINVAL -> "there is one already; try again when it is gone";
            default -> "";
          });
    }
  }

  private void up() throws KernelException {
    try (NetlinkSocket socket = NetlinkSocket.open(NETLINK_ROUTE, 0)) {
      NetlinkWriter out = NetlinkWriter.withRoom(128);
      int number = socket.takeSequence(1);
      int message =
          out.beginMessage(RTM_NEWLINK, NfTables.NLM_F_REQUEST | NfTables.NLM_F_ACK, number);
      // struct ifinfomsg: family u8, u8, type u16, index s32, flags u32, which flags change u32
      ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      header.putInt(8, IFF_UP).putInt(12, IFF_UP);
      out.raw(header.array());
      out.text(IFLA_IFNAME, NAME);
      out.endMessage(message);
      socket.ask(out.written(), number, "start the interface " + NAME, answer -> {});
    }
  }

  /** Lets a packet come in. */
  public void send(TestPacket packet) throws KernelException {
    byte[] bytes = packet.bytes();
    ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    if (Libc.get().write(fd, data, bytes.length) < 0) {
      throw KernelException.of("let a " + packet + " come in by " + NAME, Libc.errno());
    }
  }

  /** Removes the interface. */
  @Override
  public void close() {
    Libc.get().close(fd);
  }
}
