// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes with value equality: key or data of a set element as on the wire. */
public final class Bytes implements Comparable<Bytes> {

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the given bytes. */
  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** Takes the array over; the caller must not touch it again. */
  static Bytes owning(byte[] bytes) {
    return new Bytes(bytes);
  }

  public int length() {
    return bytes.length;
  }

  /** The byte at an index from 0 to {@code length() - 1}, as 0 to 255. */
  public int at(int index) {
    return bytes[index] & 0xff;
  }

  /** A copy of {@code length} bytes from {@code start}. */
  public byte[] slice(int start, int length) {
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  /** Writes all bytes at the buffer's position. */
  public void writeTo(ByteBuffer buffer) {
    buffer.put(bytes);
  }

  /** Reads bytes of a buffer from an index, whatever its position. */
  public static Bytes readFrom(ByteBuffer buffer, int index, int length) {
    byte[] bytes = new byte[length];
    buffer.get(index, bytes);
    return new Bytes(bytes);
  }

  /** A copy of all bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Orders as unsigned numbers of the same length, so addresses sort as a reader expects. */
  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
