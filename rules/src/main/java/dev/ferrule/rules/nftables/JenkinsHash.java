// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bob Jenkins' hash as the kernel computes it for {@code jhash} ({@code linux/jhash.h}). */
final class JenkinsHash {

  private static final int INITIAL = 0xdeadbeef;
  private static final int BLOCK = 12;

  private int a;
  private int b;
  private int c;

  private JenkinsHash(int start) {
    a = start;
    b = start;
    c = start;
  }

  /** {@code jhash(key, length, seed)}; words are read in the machine's byte order, as there. */
  static int of(byte[] key, int seed) {
    JenkinsHash hash = new JenkinsHash(INITIAL + key.length + seed);
    ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder());
    int position = 0;
    while (key.length - position > BLOCK) {
      hash.a += words.getInt(position);
      hash.b += words.getInt(position + 4);
      hash.c += words.getInt(position + 8);
      hash.mix();
      position += BLOCK;
    }
    if (position < key.length) {
      hash.a += tail(key, position);
      hash.b += tail(key, position + 4);
      hash.c += tail(key, position + 8);
      hash.finish();
    }
    return hash.c;
  }

  /** Up to four of the last bytes, the first one lowest on every machine. */
  private static int tail(byte[] key, int position) {
    int word = 0;
    for (int i = Math.min(key.length, position + 4) - 1; i >= position; i--) {
      word = word << 8 | (key[i] & 0xff);
    }
    return word;
  }

  private void mix() {
    a -= c;
    a ^= Integer.rotateLeft(c, 4);
    c += b;
    b -= a;
    b ^= Integer.rotateLeft(a, 6);
    a += c;
    c -= b;
    c ^= Integer.rotateLeft(b, 8);
    b += a;
    a -= c;
    a ^= Integer.rotateLeft(c, 16);
    c += b;
    b -= a;
    b ^= Integer.rotateLeft(a, 19);
    a += c;
    c -= b;
    c ^= Integer.rotateLeft(b, 4);
    b += a;
  }

  private void finish() {
    c ^= b;
    c -= Integer.rotateLeft(b, 14);
    a ^= c;
    a -= Integer.rotateLeft(c, 11);
    b ^= a;
    b -= Integer.rotateLeft(a, 25);
    c ^= b;
    c -= Integer.rotateLeft(b, 16);
    a ^= c;
    a -= Integer.rotateLeft(c, 4);
    b ^= a;
    b -= Integer.rotateLeft(a, 14);
    c ^= b;
    c -= Integer.rotateLeft(b, 24);
  }
}
