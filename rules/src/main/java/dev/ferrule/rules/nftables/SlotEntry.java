// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpFamily;

/**
 * An element of a map of slots.
 *
 * @param frontend key of the frontend that the slot belongs to, as in {@link Layout#SERVICES}
 */
public record SlotEntry(Bytes frontend, Backend backend) {

  private static final int SLOT_BYTES = 4;

  /** Reads key and data of an element. */
  public static SlotEntry parse(IpFamily family, ElementKey key, Bytes data) {
    Bytes slot = key.first();
    return new SlotEntry(
        Bytes.owning(slot.slice(0, slot.length() - SLOT_BYTES)), Wire.parseBackend(family, data));
  }
}
