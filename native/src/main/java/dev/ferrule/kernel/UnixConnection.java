// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The server's end of a connection over a Unix socket. One thread reads and writes, and closes it;
 * any thread may {@link #shutDown} it. No call takes longer than it is told to.
 */
public final class UnixConnection implements AutoCloseable {

  private static final int CREDENTIALS = 12; // struct ucred: pid, uid, gid

  /** More groups than NGROUPS_MAX a process cannot have. */
  private static final int MOST_GROUPS = 65_536;

  private final Libc.Calls libc = Libc.get();
  private final int fd;

  /** Guarded by this object, so that nobody shuts down a number that means another file. */
  private boolean closed;

  UnixConnection(int fd) {
    this.fd = fd;
  }

  /** Who connected. */
  public UnixPeer peer() throws KernelException {
    ByteBuffer credentials = integers(CREDENTIALS);
    ByteBuffer length = integers(4).putInt(0, CREDENTIALS);
    if (libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials, length) < 0) {
      throw KernelException.of("find out who connected", Libc.errno());
    }
    Set<Integer> groups = supplementaryGroups();
    groups.add(credentials.getInt(8));
    return new UnixPeer(credentials.getInt(0), credentials.getInt(4), groups);
  }

  /** Linux 4.13 and newer tell them; ERANGE says how much room they need. */
  private Set<Integer> supplementaryGroups() throws KernelException {
    int room = 4 * 64;
    while (room <= 4 * MOST_GROUPS) {
      ByteBuffer groups = integers(room);
      ByteBuffer length = integers(4).putInt(0, room);
      if (libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_PEERGROUPS, groups, length) == 0) {
        Set<Integer> found = new HashSet<>();
        for (int at = 0; at < length.getInt(0); at += 4) {
          found.add(groups.getInt(at));
        }
        return found;
      }
      if (Libc.errno() != Errno.ERANGE) {
        throw KernelException.of("find out the groups of who connected", Libc.errno());
      }
      room *= 4;
    }
    return new HashSet<>();
  }

  private static ByteBuffer integers(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Reads what is there, or waits for it.
   *
   * @return how many bytes; 0 if nothing came in time, -1 at the end or if the connection is broken
   */
  public int read(ByteBuffer into, Duration timeout) throws KernelException {
    if (!Poll.readable(fd, millis(timeout))) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(into.remaining());
    long count = libc.recv(fd, bytes, bytes.capacity(), Libc.MSG_DONTWAIT);
    if (count < 0 && isPassing()) {
      return 0;
    }
    if (count <= 0) {
      return -1;
    }
    into.put(bytes.limit((int) count));
    return (int) count;
  }

  /**
   * Writes as much as the other end has room for, or waits until it has some.
   *
   * @param bytes direct
   * @return how many bytes; 0 if there was no room in time, -1 if the connection is broken
   */
  public int write(ByteBuffer bytes, Duration timeout) throws KernelException {
    if (!Poll.writable(fd, millis(timeout))) {
      return 0;
    }
    long count =
        libc.send(fd, bytes.slice(), bytes.remaining(), Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);
    if (count < 0) {
      return isPassing() ? 0 : -1;
    }
    bytes.position(bytes.position() + (int) count);
    return (int) count;
  }

  private static boolean isPassing() {
    return Libc.errno() == Errno.EAGAIN || Libc.errno() == Errno.EINTR;
  }

  private static int millis(Duration timeout) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, timeout.toMillis()));
  }

  /** Lets whoever reads or writes meet the end at once. */
  public synchronized void shutDown() {
    if (!closed) {
      libc.shutdown(fd, Libc.SHUT_RDWR);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      libc.close(fd);
    }
  }
}
