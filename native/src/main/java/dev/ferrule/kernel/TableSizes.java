// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The sizes of the tables of iptables-legacy, which has no generation number: bytes, number of
 * entries, and where the built-in chains begin and end. Asking costs microseconds. A change that
 * keeps all of these, like another address in a rule, is not seen.
 */
final class TableSizes implements AutoCloseable {

  /** IPT_SO_GET_INFO and IP6T_SO_GET_INFO (linux/netfilter_ipv4/ip_tables.h). */
  private static final int GET_INFO = 64;

  /**
   * struct ipt_getinfo: the table's name, then u32: hooks, 5 entries, 5 ends, number of entries,
   * size.
   */
  private static final int NAME_BYTES = 32;

  private static final int INFO_BYTES = NAME_BYTES + 13 * 4;

  private final int ipv4;
  private final int ipv6;

  private TableSizes(int ipv4, int ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  static TableSizes open() throws KernelException {
    int ipv4 = socket(Libc.AF_INET);
    if (ipv4 < 0) {
      throw refused(Libc.errno());
    }
    // A kernel may be without IPv6; then there are no rules of it either.
    return new TableSizes(ipv4, socket(Libc.AF_INET6));
  }

  private static int socket(int domain) {
    return Libc.get().socket(domain, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_RAW);
  }

  /** A number that is another one when a size has changed. */
  long value() throws KernelException {
    long value = 1;
    for (IpFamily family : IpFamily.values()) {
      for (XtTable table : XtTable.values()) {
        value = value * 1_000_003 + value(family, table);
      }
    }
    return value;
  }

  private long value(IpFamily family, XtTable table) throws KernelException {
    int fd = family == IpFamily.IPV4 ? ipv4 : ipv6;
    if (fd < 0) {
      return 0;
    }
    ByteBuffer info = ByteBuffer.allocateDirect(INFO_BYTES).order(ByteOrder.nativeOrder());
    info.put(table.text().getBytes(StandardCharsets.US_ASCII)).clear();
    ByteBuffer length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    length.putInt(0, INFO_BYTES);
    int level = family == IpFamily.IPV4 ? Libc.SOL_IP : Libc.SOL_IPV6;
    if (Libc.get().getsockopt(fd, level, GET_INFO, info, length) < 0) {
      int errno = Libc.errno();
      if (errno == Errno.EPERM) {
        throw refused(errno);
      }
      return -errno; // there is no such table
    }
    long value = 0;
    for (int i = NAME_BYTES; i < INFO_BYTES; i += 4) {
      value = value * 31 + Integer.toUnsignedLong(info.getInt(i));
    }
    return value;
  }

  private static KernelException refused(int errno) {
    return KernelException.of(
        "ask for the sizes of the iptables-legacy tables",
        errno,
        errno == Errno.EPERM
            ? "it needs root or CAP_NET_ADMIN and CAP_NET_RAW in this network namespace; try it"
                + " with sudo"
            : "");
  }

  @Override
  public void close() {
    Libc.get().close(ipv4);
    if (ipv6 >= 0) {
      Libc.get().close(ipv6);
    }
  }
}
