// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.TableState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a chain from a GETCHAIN reply. */
final class ChainReader {

  private ChainReader() {}

  /**
   * The chain with its rules; null if it is in another table. A hook of a kind that we never make
   * (another type, a policy that drops) reads as none, so that it differs from any chain we want.
   */
  static @Nullable Chain read(AttributeReader in, Map<String, List<Rule>> rules) {
    String table = "";
    String name = "";
    String type = "";
    int policy = NfTables.NF_ACCEPT;
    int[] hook = null;
    while (in.next()) {
      switch (in.type()) {
        case NfTables.NFTA_CHAIN_TABLE -> table = in.text();
        case NfTables.NFTA_CHAIN_NAME -> name = in.text();
        case NfTables.NFTA_CHAIN_TYPE -> type = in.text();
        case NfTables.NFTA_CHAIN_POLICY -> policy = in.u32();
        case NfTables.NFTA_CHAIN_HOOK -> hook = hook(in.nested());
        default -> {}
      }
    }
    if (!table.equals(TableState.NAME)) {
      return null;
    }
    Chain.Hook known = hook == null ? null : hook(type, policy, hook);
    return new Chain(name, known, rules.getOrDefault(name, List.of()));
  }

  /** Number and priority. */
  private static int[] hook(AttributeReader in) {
    int[] hook = new int[2];
    while (in.next()) {
      if (in.type() == NfTables.NFTA_HOOK_HOOKNUM) {
        hook[0] = in.u32();
      } else if (in.type() == NfTables.NFTA_HOOK_PRIORITY) {
        hook[1] = in.u32();
      }
    }
    return hook;
  }

  private static Chain.@Nullable Hook hook(String type, int policy, int[] hook) {
    if (policy != NfTables.NF_ACCEPT) {
      return null;
    }
    for (Chain.Type known : Chain.Type.values()) {
      for (Chain.Point point : Chain.Point.values()) {
        if (known.nftName().equals(type) && point.number() == hook[0]) {
          return new Chain.Hook(known, point, hook[1]);
        }
      }
    }
    return null;
  }
}
