// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import org.jspecify.annotations.Nullable;

/** Neighbours of a key that is read as one big unsigned number. */
final class AddressOrder {

  private AddressOrder() {}

  /** The next key; null behind the last. */
  static @Nullable Bytes after(Bytes key) {
    byte[] bytes = key.toArray();
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (++bytes[i] != 0) {
        return Bytes.of(bytes);
      }
    }
    return null;
  }

  /** The key before; the last key of all before the first. */
  static Bytes before(Bytes key) {
    byte[] bytes = key.toArray();
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i]-- != 0) {
        break;
      }
    }
    return Bytes.of(bytes);
  }

  /** The last key of a length. */
  static Bytes last(int length) {
    return before(Bytes.of(new byte[length]));
  }
}
