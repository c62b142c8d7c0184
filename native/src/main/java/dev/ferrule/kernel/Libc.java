// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * The system calls we make, as the C library of Linux offers them on x86-64 and arm64. Each returns
 * -1 on failure and leaves the error in {@link #errno()}; buffers are direct ones, so nothing is
 * copied. Constants are those of {@code asm-generic}, which both machines share.
 */
@SuppressWarnings({"checkstyle:MethodName", "checkstyle:ParameterName"})
interface Libc {

  int AF_INET = 2;
  int AF_INET6 = 10;
  int AF_NETLINK = 16;
  int SOCK_RAW = 3;
  int SOCK_CLOEXEC = 0x80000;
  int SOL_SOCKET = 1;
  int SO_SNDBUF = 7;
  int SO_SNDBUFFORCE = 32;
  int SO_RCVBUFFORCE = 33;
  int SOL_NETLINK = 270;
  int MSG_TRUNC = 0x20;
  int MSG_DONTWAIT = 0x40;
  int POLLIN = 1;
  int O_RDONLY = 0;
  int O_CLOEXEC = 0x80000;
  int CLONE_NEWNET = 0x40000000;
  int PROT_READ = 1;
  int PROT_WRITE = 2;
  int MAP_PRIVATE = 2;
  int MAP_ANONYMOUS = 0x20;
  int MREMAP_MAYMOVE = 1;
  int EFD_CLOEXEC = 0x80000;
  int EFD_NONBLOCK = 0x800;
  int IN_CLOEXEC = 0x80000;
  int IN_NONBLOCK = 0x800;

  int socket(int domain, int type, int protocol);

  int bind(int fd, ByteBuffer address, int length);

  int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

  long sendto(int fd, ByteBuffer data, long length, int flags, ByteBuffer address, int addressLen);

  long recv(int fd, ByteBuffer data, long length, int flags);

  long read(int fd, ByteBuffer data, long length);

  long write(int fd, ByteBuffer data, long length);

  int poll(ByteBuffer pollfds, long count, int timeoutMillis);

  int close(int fd);

  int open(String path, int flags);

  int setns(int fd, int type);

  int unshare(int flags);

  int eventfd(int initial, int flags);

  int inotify_init1(int flags);

  int inotify_add_watch(int fd, String path, int mask);

  long mmap(long address, long length, int protection, int flags, int fd, long offset);

  long mremap(long address, long oldLength, long newLength, int flags);

  int munmap(long address, long length);

  /** The library, loaded once. */
  static Libc get() {
    return Holder.LIBC;
  }

  /** The error of this thread's last call. */
  static int errno() {
    return Holder.RUNTIME.getLastError();
  }

  /** Loads the library when it is first needed: that takes some 100 ms. */
  final class Holder {
    private static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private Holder() {}
  }
}
