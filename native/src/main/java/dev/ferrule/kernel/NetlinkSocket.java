// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink socket of the network namespace in which it was opened. All system calls of netlink are
 * here; requests and answers are made and read elsewhere.
 */
final class NetlinkSocket implements AutoCloseable {

  /** Takes each message of an answer. */
  @FunctionalInterface
  interface Receiver {
    void accept(MessageReader message) throws KernelException;
  }

  private static final int NETLINK_ADD_MEMBERSHIP = 1;
  private static final int NETLINK_DROP_MEMBERSHIP = 2;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;

  /** Beyond any batch; the kernel only takes it as a limit and reserves nothing. */
  private static final int SEND_LIMIT = 1 << 30;

  private static final int RECEIVE_LIMIT = 4 << 20;

  /** The kernel never fills more than 32 kB of a dump at once. */
  private static final int RECEIVE_BYTES = 64 * 1024;

  private static final int ANSWER_MILLIS = 5_000;

  private final Libc.Calls libc = Libc.get();
  private final int fd;
  private final ByteBuffer received =
      ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.nativeOrder());
  private final ByteBuffer kernelAddress = address(0);
  private int sequence = 1;
  private boolean closed;

  private NetlinkSocket(int fd) {
    this.fd = fd;
  }

  /**
   * @param protocol for example NETLINK_ROUTE
   * @param groups bit mask of the multicast groups to follow
   */
  static NetlinkSocket open(int protocol, int groups) throws KernelException {
    Libc.Calls libc = Libc.get();
    int fd = libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
    if (fd < 0) {
      throw KernelException.of("open a netlink socket", Libc.errno());
    }
    NetlinkSocket socket = new NetlinkSocket(fd);
    ByteBuffer self = address(groups);
    if (libc.bind(fd, self, self.capacity()) < 0) {
      int errno = Libc.errno();
      socket.close();
      throw KernelException.of("bind a netlink socket", errno);
    }
    // Without the privilege the forced limit fails and the system-wide one counts.
    if (!socket.option(Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, SEND_LIMIT)) {
      socket.option(Libc.SOL_SOCKET, Libc.SO_SNDBUF, SEND_LIMIT);
    }
    socket.option(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, RECEIVE_LIMIT);
    // Errors with words, and without a copy of the message they are about.
    socket.option(Libc.SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.option(Libc.SOL_NETLINK, NETLINK_CAP_ACK, 1);
    return socket;
  }

  /** struct sockaddr_nl: family u16, padding u16, port u32 (0: the kernel), groups u32. */
  private static ByteBuffer address(int groups) {
    ByteBuffer address = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
    return address
        .putShort((short) Libc.AF_NETLINK)
        .putShort((short) 0)
        .putInt(0)
        .putInt(groups)
        .flip();
  }

  private boolean option(int level, int option, int value) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    bytes.putInt(value).flip();
    return libc.setsockopt(fd, level, option, bytes, 4) == 0;
  }

  int fd() {
    return fd;
  }

  /** The number by which the kernel knows this socket; no other of the network namespace has it. */
  int port() throws KernelException {
    ByteBuffer self = address(0);
    ByteBuffer length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    length.putInt(0, self.capacity());
    if (libc.getsockname(fd, self, length) < 0) {
      throw KernelException.of("ask for the number of a netlink socket", Libc.errno());
    }
    return self.getInt(4);
  }

  /** Joins a multicast group, by its number. */
  void join(int group) throws KernelException {
    if (!option(Libc.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)) {
      throw KernelException.of("join a netlink group", Libc.errno());
    }
  }

  /** Leaves a multicast group; what was said before can still be read. */
  void leave(int group) throws KernelException {
    if (!option(Libc.SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group)) {
      throw KernelException.of("leave a netlink group", Libc.errno());
    }
  }

  /** Takes sequence numbers that no other request has. */
  int takeSequence(int count) {
    int first = sequence;
    sequence += count;
    return first;
  }

  /** Sends all messages with one call. */
  void send(ByteBuffer messages, String operation) throws KernelException {
    if (NetlinkDebug.ON) {
      NetlinkDebug.print("->", messages, messages.limit());
    }
    long sent;
    do {
      sent =
          libc.sendto(
              fd, messages, messages.remaining(), 0, kernelAddress, kernelAddress.capacity());
    } while (sent < 0 && Libc.errno() == Errno.EINTR);
    if (sent < 0) {
      int errno = Libc.errno();
      String reason =
          errno == Errno.EMSGSIZE
              ? "the batch of "
                  + messages.remaining()
                  + " bytes does not fit the socket's send buffer; try as root of the host, or"
                  + " raise the sysctl net.core.wmem_max"
              : "";
      throw KernelException.of(operation, errno, reason);
    }
  }

  /**
   * Gives the messages of the next datagram to the receiver.
   *
   * @return false if there is none at the moment
   */
  boolean receive(String operation, Receiver receiver) throws KernelException {
    long length;
    do {
      length = libc.recv(fd, received.clear(), RECEIVE_BYTES, Libc.MSG_DONTWAIT | Libc.MSG_TRUNC);
    } while (length < 0 && Libc.errno() == Errno.EINTR);
    if (length < 0) {
      int errno = Libc.errno();
      if (errno == Errno.EAGAIN) {
        return false;
      }
      String reason =
          errno == Errno.ENOBUFS ? "some of the kernel's answers were lost; try again" : "";
      throw KernelException.of(operation, errno, reason);
    }
    if (length > RECEIVE_BYTES) {
      throw KernelException.of(
          operation, Errno.EMSGSIZE, "the kernel's answer has " + length + " bytes");
    }
    if (NetlinkDebug.ON) {
      NetlinkDebug.print("<-", received, (int) length);
    }
    MessageReader messages = new MessageReader(received, (int) length);
    while (messages.next()) {
      receiver.accept(messages);
    }
    return true;
  }

  /**
   * Sends one request, which must ask for a dump or an acknowledgement, and gives the messages of
   * its answer to the receiver.
   *
   * @return false if it was a dump that other changes interrupted: it may lack entries
   */
  boolean ask(ByteBuffer request, int number, String operation, Receiver receiver)
      throws KernelException {
    send(request, operation);
    Answer answer = new Answer(number, operation, receiver);
    while (!answer.complete) {
      if (!receive(operation, answer)) {
        awaitAnswer(operation);
      }
    }
    if (answer.error != 0) {
      throw new KernelException(operation, "", answer.error, answer.errorText, "");
    }
    return !answer.interrupted;
  }

  private void awaitAnswer(String operation) throws KernelException {
    if (!Poll.readable(fd, ANSWER_MILLIS)) {
      throw KernelException.of(
          operation, Errno.ETIMEDOUT, "the kernel did not answer in 5 seconds");
    }
  }

  /** Sorts out the messages of one answer. */
  private static final class Answer implements Receiver {
    private final int number;
    private final String operation;
    private final Receiver receiver;
    private boolean complete;
    private boolean interrupted;
    private int error;
    private String errorText = "";

    Answer(int number, String operation, Receiver receiver) {
      this.number = number;
      this.operation = operation;
      this.receiver = receiver;
    }

    @Override
    public void accept(MessageReader message) throws KernelException {
      if (message.sequence() != number) {
        return; // left over from a request that was given up
      }
      interrupted |= message.isInterruptedDump();
      switch (message.type()) {
        case MessageReader.NLMSG_NOOP -> {}
        case MessageReader.NLMSG_ERROR, MessageReader.NLMSG_DONE -> {
          complete = true;
          error = message.error();
          errorText = message.type() == MessageReader.NLMSG_ERROR ? message.errorText() : "";
        }
        default -> {
          if (complete) {
            throw KernelException.of(operation, 0, "the kernel's answer went on behind its end");
          }
          receiver.accept(message);
        }
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      libc.close(fd);
    }
  }
}
