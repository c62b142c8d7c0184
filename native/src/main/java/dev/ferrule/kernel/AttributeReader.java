// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks the attributes of a received message, as {@link NetlinkWriter} describes them, without
 * copying them. A length that does not fit ends the walk.
 */
final class AttributeReader {

  private static final int TYPE_MASK = 0x3fff;

  private final ByteBuffer buffer;
  private final int limit;
  private int next;
  private int start;
  private int length;
  private int type;

  /** Reads the attributes between two positions of a buffer in host byte order. */
  AttributeReader(ByteBuffer buffer, int from, int limit) {
    this.buffer = buffer;
    this.next = from;
    this.limit = limit;
  }

  /** Moves to the next attribute; false behind the last. */
  boolean next() {
    if (next + 4 > limit) {
      return false;
    }
    int size = buffer.getShort(next) & 0xffff;
    if (size < 4 || next + size > limit) {
      next = limit;
      return false;
    }
    type = buffer.getShort(next + 2) & TYPE_MASK;
    start = next + 4;
    length = size - 4;
    next += (size + 3) & ~3;
    return true;
  }

  int type() {
    return type;
  }

  int length() {
    return length;
  }

  /** The attributes inside of the current one. */
  AttributeReader nested() {
    return new AttributeReader(buffer, start, start + length);
  }

  int u8() {
    return length < 1 ? 0 : buffer.get(start) & 0xff;
  }

  /** A 16-bit number in network byte order. */
  int u16() {
    return length < 2 ? 0 : (buffer.get(start) & 0xff) << 8 | (buffer.get(start + 1) & 0xff);
  }

  /** A 32-bit number in network byte order. */
  int u32() {
    return length < 4 ? 0 : bigEndian(buffer.getInt(start));
  }

  /** A 32-bit number in host byte order. */
  int hostU32() {
    return length < 4 ? 0 : buffer.getInt(start);
  }

  /** A 64-bit number in network byte order. */
  long u64() {
    if (length < 8) {
      return 0;
    }
    long high = bigEndian(buffer.getInt(start));
    long low = bigEndian(buffer.getInt(start + 4)) & 0xffff_ffffL;
    return (high << 32) | low;
  }

  /** A text up to its zero byte. */
  String text() {
    int end = start;
    while (end < start + length && buffer.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    buffer.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  Bytes bytes() {
    return Bytes.readFrom(buffer, start, length);
  }

  byte[] array() {
    byte[] bytes = new byte[length];
    buffer.get(start, bytes);
    return bytes;
  }

  private static int bigEndian(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) : value;
  }
}
