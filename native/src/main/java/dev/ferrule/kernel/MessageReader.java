// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;

/** Walks the netlink messages of one received datagram. */
final class MessageReader {

  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLM_F_DUMP_INTR = 0x10;

  private static final int HEADER = 16;
  private static final int NLM_F_CAPPED = 0x100;

  private final ByteBuffer buffer;
  private final int limit;
  private int next;
  private int start;

  MessageReader(ByteBuffer buffer, int length) {
    this.buffer = buffer;
    this.limit = length;
  }

  /** Moves to the next message; false behind the last. */
  boolean next() {
    if (next + HEADER > limit) {
      return false;
    }
    start = next;
    int length = buffer.getInt(start);
    if (length < HEADER || length > limit - start) {
      return false;
    }
    next = start + ((length + 3) & ~3);
    return true;
  }

  int length() {
    return buffer.getInt(start);
  }

  int type() {
    return buffer.getShort(start + 4) & 0xffff;
  }

  int flags() {
    return buffer.getShort(start + 6) & 0xffff;
  }

  int sequence() {
    return buffer.getInt(start + 8);
  }

  /** The port of the socket that caused an event. */
  int port() {
    return buffer.getInt(start + 12);
  }

  boolean isInterruptedDump() {
    return (flags() & NLM_F_DUMP_INTR) != 0;
  }

  /** The attributes behind a fixed header of some bytes (4 in netfilter). */
  AttributeReader attributes(int fixedHeader) {
    return new AttributeReader(buffer, start + HEADER + fixedHeader, start + length());
  }

  /** A byte of the payload; 0 behind its end. */
  int payloadByte(int index) {
    return HEADER + index + 1 > length() ? 0 : buffer.get(start + HEADER + index) & 0xff;
  }

  /** A 32-bit number of the payload, in host byte order; 0 behind its end. */
  int payloadInt(int index) {
    return HEADER + index + 4 > length() ? 0 : buffer.getInt(start + HEADER + index);
  }

  /** The error of an {@code NLMSG_ERROR} or {@code NLMSG_DONE} as a positive number; 0 for none. */
  int error() {
    return length() < HEADER + 4 ? 0 : -buffer.getInt(start + HEADER);
  }

  /** The words that came with an error (NLMSGERR_ATTR_MSG), or empty. */
  String errorText() {
    // Behind the error number stands the header of the message it is about, with its payload
    // unless NETLINK_CAP_ACK cut that off.
    int about = (flags() & NLM_F_CAPPED) != 0 ? HEADER : payloadInt(4);
    if (about < 0 || about >= length()) {
      return "";
    }
    int skip = 4 + ((about + 3) & ~3);
    if (HEADER + skip >= length()) {
      return "";
    }
    AttributeReader attributes = attributes(skip);
    while (attributes.next()) {
      if (attributes.type() == 1) {
        return attributes.text();
      }
    }
    return "";
  }
}
