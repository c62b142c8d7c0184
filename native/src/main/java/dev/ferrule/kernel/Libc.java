// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The system calls we make, as the C library of Linux offers them on x86-64 and arm64. Each returns
 * -1 on failure and leaves the error in {@link #errno()}; buffers are direct ones, so nothing is
 * copied. Constants are those of {@code asm-generic}, which both machines share.
 */
final class Libc {

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int SOCK_STREAM = 1;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int IPPROTO_RAW = 255;
  static final int SOL_IP = 0;
  static final int SOL_IPV6 = 41;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_PEERCRED = 17;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SO_PEERGROUPS = 59;
  static final int SOL_NETLINK = 270;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SHUT_RDWR = 2;
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;
  static final int CLONE_NEWNET = 0x40000000;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MREMAP_MAYMOVE = 1;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;
  static final int CLOCK_MONOTONIC = 1;
  static final int CLOCK_MONOTONIC_COARSE = 6;
  static final int IN_CLOEXEC = 0x80000;
  static final int IN_NONBLOCK = 0x800;

  /**
   * The functions; public because jnr-ffi implements them from outside of this package, hidden in a
   * class that is not.
   */
  public interface Calls {
    int socket(int domain, int type, int protocol);

    int bind(int fd, ByteBuffer address, int length);

    int getsockname(int fd, ByteBuffer address, ByteBuffer length);

    int listen(int fd, int backlog);

    int accept4(int fd, @Nullable ByteBuffer address, @Nullable ByteBuffer length, int flags);

    int shutdown(int fd, int how);

    long send(int fd, ByteBuffer data, long length, int flags);

    int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

    int getsockopt(int fd, int level, int option, ByteBuffer value, ByteBuffer length);

    long sendto(
        int fd, ByteBuffer data, long length, int flags, ByteBuffer address, int addressLen);

    long recv(int fd, ByteBuffer data, long length, int flags);

    long read(int fd, ByteBuffer data, long length);

    long write(int fd, ByteBuffer data, long length);

    int poll(ByteBuffer pollfds, long count, int timeoutMillis);

    int close(int fd);

    int open(String path, int flags);

    int ioctl(int fd, long request, ByteBuffer argument);

    int setns(int fd, int type);

    int unshare(int flags);

    int eventfd(int initial, int flags);

    int adjtimex(ByteBuffer timex);

    int clock_gettime(int clock, ByteBuffer timespec);

    int clock_getres(int clock, ByteBuffer timespec);

    int inotify_init1(int flags);

    int inotify_add_watch(int fd, String path, int mask);

    /**
     * The first parameter is a pointer for a reason: for calls with six plain numbers jnr-ffi
     * 2.2.17 makes machine code that loses the sixth (seen on x86-64); with an object it goes
     * another way.
     */
    long mmap(
        @Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

    long mremap(long address, long oldLength, long newLength, int flags);

    int munmap(long address, long length);
  }

  private Libc() {}

  /** The library, loaded once. */
  static Calls get() {
    return Holder.LIBC;
  }

  /** The error of this thread's last call. */
  static int errno() {
    return Holder.RUNTIME.getLastError();
  }

  /** Loads the library when it is first needed: that takes some 100 ms. */
  private static final class Holder {
    private static final Calls LIBC = LibraryLoader.create(Calls.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private Holder() {}
  }
}
