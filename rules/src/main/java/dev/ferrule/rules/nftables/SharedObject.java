// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpAddress;

/** Something in the table that several frontends need and that goes with the last of them. */
public sealed interface SharedObject {

  /** An endpoint's entry in {@link Layout#HAIRPIN}. */
  record HairpinOf(IpAddress endpoint) implements SharedObject {}

  /** An address in {@link Layout#CLUSTER_IPS}. */
  record ClusterIp(IpAddress address) implements SharedObject {}

  /** A block in {@link Layout#CLUSTER_IP_BLOCKS}: its first address. */
  record ClusterIpBlock(IpAddress first) implements SharedObject {

    /** The block of an address. */
    static ClusterIpBlock of(IpAddress address) {
      Operand.Part block = new Operand.Part(Operand.Field.DESTINATION, Operand.Mask.BLOCK);
      return new ClusterIpBlock(IpAddress.ofBytes(block.of(address.bytes())));
    }
  }

  /** A chain that a verdict leads to. */
  record Pick(PickChain chain) implements SharedObject {}

  /** A set of frontends with affinity and its rule. */
  record Affinity(AffinityClass affinity) implements SharedObject {}
}
