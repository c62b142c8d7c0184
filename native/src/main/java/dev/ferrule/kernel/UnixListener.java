// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Unix stream socket that others connect to. The JDK has them too, but does not tell user and
 * groups of the other end as numbers, nor the supplementary groups at all.
 */
public final class UnixListener implements AutoCloseable {

  /** {@code sun_path} of struct sockaddr_un, less the zero at its end. */
  private static final int MOST_BYTES = 107;

  private static final int BACKLOG = 64;

  private final int fd;
  private final Waiter waiter;

  private UnixListener(int fd, Waiter waiter) {
    this.fd = fd;
    this.waiter = waiter;
  }

  /**
   * Makes the socket's file. Nobody can connect before {@link #listen}.
   *
   * @throws KernelException if there is such a file, or it cannot be made
   */
  public static UnixListener bind(Path path) throws KernelException {
    ByteBuffer address = address(path);
    Libc.Calls libc = Libc.get();
    int type = Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
    int fd = libc.socket(Libc.AF_UNIX, type, 0);
    if (fd < 0) {
      throw KernelException.of("make a Unix socket", Libc.errno());
    }
    if (libc.bind(fd, address, address.capacity()) < 0) {
      int errno = Libc.errno();
      libc.close(fd);
      throw KernelException.of("make the socket " + path, errno);
    }
    return new UnixListener(fd, new Waiter(fd, () -> libc.close(fd)));
  }

  private static ByteBuffer address(Path path) throws KernelException {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MOST_BYTES) {
      throw KernelException.of(
          "make the socket " + path,
          0,
          "the path of a socket has " + MOST_BYTES + " bytes at most; choose a shorter one");
    }
    return ByteBuffer.allocateDirect(2 + bytes.length + 1)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Libc.AF_UNIX)
        .put(bytes)
        .clear();
  }

  /** From now on others can connect. */
  public void listen() throws KernelException {
    if (Libc.get().listen(fd, BACKLOG) < 0) {
      throw KernelException.of("listen on a Unix socket", Libc.errno());
    }
  }

  /**
   * The next connection.
   *
   * @return null if none came in time, or this was closed
   * @throws KernelException if there is one that cannot be had, for lack of file descriptors
   */
  public @Nullable UnixConnection accept(Duration timeout) throws KernelException {
    return waiter.await(timeout, Optional.<UnixConnection>empty(), this::accept).orElse(null);
  }

  private Optional<UnixConnection> accept() throws KernelException {
    int connected = Libc.get().accept4(fd, null, null, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
    if (connected >= 0) {
      return Optional.of(new UnixConnection(connected));
    }
    int errno = Libc.errno();
    if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOBUFS) {
      throw KernelException.of("take a connection", errno);
    }
    return Optional.empty(); // it was gone again
  }

  /** Ends {@link #accept} of another thread. The file stays. */
  @Override
  public void close() {
    waiter.close();
  }
}
