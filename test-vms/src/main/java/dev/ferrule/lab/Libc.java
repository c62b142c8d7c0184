// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** The few calls of the C library that Java has no words for: packet sockets. */
final class Libc {
  static final Calls C = LibraryLoader.create(Calls.class).failImmediately().load("c");

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int IPPROTO_RAW = 255;
  static final int MSG_DONTWAIT = 0x40;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUFFORCE = 33;
  static final int POLLIN = 1;

  static final int EPERM = 1;
  static final int EAGAIN = 11;
  static final int ENETUNREACH = 101;
  static final int ECONNREFUSED = 111;
  static final int EHOSTUNREACH = 113;

  /** Public because the classes that jnr-ffi makes live in a loader of their own. */
  public interface Calls {
    int close(int fd);

    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int length);

    int setsockopt(int fd, int level, int option, @In int[] value, int length);

    @ssize_t
    long send(int fd, @In byte[] data, @size_t long length, int flags);

    @ssize_t
    long sendto(
        int fd, @In byte[] data, @size_t long length, int flags, @In byte[] to, int toLength);

    @ssize_t
    long recvfrom(
        int fd,
        @Out byte[] data,
        @size_t long length,
        int flags,
        @Out byte[] from,
        @In @Out int[] fromLength);

    int poll(@In @Out byte[] fds, @size_t long count, int timeoutMillis);

    int geteuid();

    int if_nametoindex(CharSequence name);

    String strerror(int errno);
  }

  private Libc() {}

  /** The error number of this thread's last call. */
  static int errno() {
    return Runtime.getSystemRuntime().getLastError();
  }

  /** Passes a result on, or says which call failed on what and with which error. */
  static int check(int result, String call) {
    if (result < 0) {
      throw new LabException("could not " + call + ": " + describe(errno()));
    }
    return result;
  }

  /** The error in words, for example {@code Operation not permitted}. */
  static String describe(int errno) {
    return C.strerror(errno) + " (errno " + errno + ")";
  }
}
