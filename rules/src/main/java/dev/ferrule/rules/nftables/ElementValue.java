// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

/** What a set element leads to. */
public sealed interface ElementValue {

  /** A member of a plain set. */
  record Member() implements ElementValue {
    static final Member INSTANCE = new Member();
  }

  /** Data of a map, as on the wire. */
  record Data(Bytes bytes) implements ElementValue {}

  /** {@code goto chain}. */
  record GotoChain(String chain) implements ElementValue {}

  /** {@code drop}. */
  record DropPacket() implements ElementValue {
    static final DropPacket INSTANCE = new DropPacket();
  }

  static ElementValue member() {
    return Member.INSTANCE;
  }

  static ElementValue drop() {
    return DropPacket.INSTANCE;
  }
}
