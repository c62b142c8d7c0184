// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Operand;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The key that a rule makes of a packet. */
final class KeyBuilder {

  private KeyBuilder() {}

  /**
   * The keys that can come of the operands, all equally likely: one, or as many as a random number
   * has values.
   */
  static List<Bytes> keys(List<Operand> operands, IpFamily family, Packet packet) {
    int values = 1;
    for (Operand operand : operands) {
      values *= operand instanceof Operand.RandomSlot random ? random.modulus() : 1;
    }
    List<Bytes> keys = new ArrayList<>(values);
    for (int value = 0; value < values; value++) {
      keys.add(key(operands, family, packet, value));
    }
    return keys;
  }

  private static Bytes key(List<Operand> operands, IpFamily family, Packet packet, int chance) {
    int length = operands.stream().mapToInt(o -> o.type(family).paddedBytes()).sum();
    ByteBuffer key = ByteBuffer.allocate(length);
    int left = chance;
    int position = 0;
    for (Operand operand : operands) {
      if (operand instanceof Operand.Field field) {
        key.put(position, packet.field(field));
      } else if (operand instanceof Operand.Part part) {
        key.put(position, part.of(packet.field(part.field())));
      } else if (operand instanceof Operand.SourceHash hash) {
        putSlot(key, position, hash.slot(packet.source()));
      } else if (operand instanceof Operand.RandomSlot random) {
        putSlot(key, position, left % random.modulus());
        left /= random.modulus();
      } else {
        throw new IllegalStateException("no value for " + operand);
      }
      position += operand.type(family).paddedBytes();
    }
    // A single field is not padded.
    int used = operands.size() == 1 ? operands.get(0).type(family).bytes() : length;
    return Bytes.readFrom(key, 0, used);
  }

  private static void putSlot(ByteBuffer key, int position, int slot) {
    key.order(ByteOrder.nativeOrder()).putInt(position, slot).order(ByteOrder.BIG_ENDIAN);
  }
}
