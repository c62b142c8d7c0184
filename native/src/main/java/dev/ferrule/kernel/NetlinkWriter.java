// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one behind the other into a buffer that grows.
 *
 * <p>Layout ({@code linux/netlink.h}): a message is {@code len u32, type u16, flags u16, seq u32,
 * port u32} and then its payload; an attribute is {@code len u16, type u16} and then its value. The
 * length covers the header but not the padding to 4 bytes that follows. Headers are in host byte
 * order, the values of nf_tables in network byte order.
 */
final class NetlinkWriter {

  /** Gives a larger buffer with the same content and position. */
  @FunctionalInterface
  interface Room {
    ByteBuffer enlarge(ByteBuffer full, int capacity);
  }

  /** The longest attribute, since its length is a 16-bit number. */
  static final int LONGEST_ATTRIBUTE = 0xffff;

  private static final int NLA_F_NESTED = 0x8000;

  private final Room room;
  private ByteBuffer buffer;

  NetlinkWriter(ByteBuffer buffer, Room room) {
    this.buffer = buffer.order(ByteOrder.nativeOrder());
    this.room = room;
  }

  /** A writer on the Java heap. */
  static NetlinkWriter onHeap() {
    return new NetlinkWriter(
        ByteBuffer.allocate(1024),
        (full, capacity) ->
            ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder()).put(full.flip()));
  }

  /** A writer for requests of at most so many bytes, outside of the Java heap. */
  static NetlinkWriter withRoom(int bytes) {
    return new NetlinkWriter(ByteBuffer.allocateDirect(bytes), NetlinkWriter::noMoreRoom);
  }

  private static ByteBuffer noMoreRoom(ByteBuffer full, int capacity) {
    throw new IllegalStateException("a request of " + capacity + " bytes");
  }

  /** Number of bytes written. */
  int size() {
    return buffer.position();
  }

  /** What was written, ready to be sent. */
  ByteBuffer written() {
    return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
  }

  /** Takes back everything after {@code size} bytes. */
  void truncate(int size) {
    buffer.position(size);
  }

  /** Starts a message; {@link #endMessage} takes what this returns. */
  int beginMessage(int type, int flags, int sequence) {
    reserve(16);
    int start = buffer.position();
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
    return start;
  }

  void endMessage(int start) {
    buffer.putInt(start, buffer.position() - start);
  }

  /** Sets flags of a message that was written before. */
  void addFlags(int start, int flags) {
    buffer.putShort(start + 6, (short) (buffer.getShort(start + 6) | flags));
  }

  /** The header of every netfilter message (struct nfgenmsg): family, version 0, resource id. */
  void netfilterHeader(int family, int resource) {
    reserve(4);
    buffer.put((byte) family).put((byte) 0);
    buffer.put((byte) (resource >>> 8)).put((byte) resource);
  }

  /** Bytes without an attribute around them. */
  void raw(byte[] bytes) {
    reserve(bytes.length);
    buffer.put(bytes);
  }

  /** Starts an attribute that holds attributes; {@link #close} takes what this returns. */
  int open(int type) {
    reserve(4);
    int start = buffer.position();
    buffer.putShort((short) 0).putShort((short) (type | NLA_F_NESTED));
    return start;
  }

  void close(int start) {
    int length = buffer.position() - start;
    if (length > LONGEST_ATTRIBUTE) {
      throw new IllegalStateException("an attribute of " + length + " bytes");
    }
    buffer.putShort(start, (short) length);
  }

  void u8(int type, int value) {
    header(type, 1);
    buffer.put((byte) value).put((byte) 0).putShort((short) 0);
  }

  /** A 16-bit number in network byte order. */
  void u16(int type, int value) {
    header(type, 2);
    buffer.put((byte) (value >>> 8)).put((byte) value).putShort((short) 0);
  }

  /** A 32-bit number in host byte order. */
  void hostU32(int type, int value) {
    header(type, 4);
    buffer.putInt(value);
  }

  /** A 32-bit number in network byte order. */
  void u32(int type, int value) {
    header(type, 4);
    buffer.putInt(bigEndian(value));
  }

  /** A 64-bit number in network byte order. */
  void u64(int type, long value) {
    header(type, 8);
    buffer.putInt(bigEndian((int) (value >>> 32))).putInt(bigEndian((int) value));
  }

  /** A text with the zero byte that ends it. */
  void text(int type, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    header(type, bytes.length + 1);
    buffer.put(bytes).put((byte) 0);
    pad();
  }

  void bytes(int type, byte[] value) {
    header(type, value.length);
    buffer.put(value);
    pad();
  }

  void bytes(int type, Bytes value) {
    header(type, value.length());
    value.writeTo(buffer);
    pad();
  }

  private void header(int type, int length) {
    reserve(length + 8);
    buffer.putShort((short) (length + 4)).putShort((short) type);
  }

  private void pad() {
    while ((buffer.position() & 3) != 0) {
      buffer.put((byte) 0);
    }
  }

  private static int bigEndian(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) : value;
  }

  private void reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(buffer.capacity() * 2, buffer.capacity() + bytes);
      buffer = room.enlarge(buffer, capacity);
    }
  }
}
