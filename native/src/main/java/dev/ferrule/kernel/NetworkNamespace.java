// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.file.Path;

/** Moves the calling thread into a network namespace that exists ({@code ip netns exec}). */
public final class NetworkNamespace {

  private NetworkNamespace() {}

  /**
   * Enters a namespace; the thread stays in it for the rest of its life. Sockets that it opens from
   * now on belong to that namespace. Other threads are not moved.
   *
   * @param path for example {@code /run/netns/blue} or {@code /proc/1/ns/net}
   */
  public static void enter(Path path) throws KernelException {
    Libc.Calls libc = Libc.get();
    String operation = "enter the network namespace " + path;
    int fd = libc.open(path.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC);
    if (fd < 0) {
      throw KernelException.of(operation, Libc.errno());
    }
    try {
      if (libc.setns(fd, Libc.CLONE_NEWNET) < 0) {
        int errno = Libc.errno();
        throw KernelException.of(
            operation,
            errno,
            switch (errno) {
              case Errno.EPERM -> "it needs root (CAP_SYS_ADMIN)";
              case Errno.EINVAL -> "it is no network namespace";
              default -> "";
            });
      }
    } finally {
      libc.close(fd);
    }
  }
}
