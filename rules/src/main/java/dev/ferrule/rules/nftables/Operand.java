// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.Arrays;

/** What a rule can look up: a field of the packet, of its connection, or a slot. */
public sealed interface Operand {

  /** Its type in a table of the family. */
  DataType type(IpFamily family);

  /** Fields with nothing to choose. */
  enum Field implements Operand {
    /** Destination address in the packet. */
    DESTINATION,
    /** Source address in the packet. */
    SOURCE,
    PROTOCOL,
    /** Destination port in the transport header. */
    PORT,
    /** Destination address that the client first sent to. */
    ORIGINAL_DESTINATION,
    /** Destination port that the client first sent to; needs a protocol match in the same rule. */
    ORIGINAL_PORT,
    /** Address of the endpoint: where replies come from. */
    REPLY_SOURCE,
    /** Port of the endpoint; needs a protocol match in the same rule. */
    REPLY_PORT;

    @Override
    public DataType type(IpFamily family) {
      return switch (this) {
        case DESTINATION, SOURCE, ORIGINAL_DESTINATION, REPLY_SOURCE -> DataType.address(family);
        case PROTOCOL -> DataType.INET_PROTO;
        case PORT, ORIGINAL_PORT, REPLY_PORT -> DataType.INET_SERVICE;
      };
    }
  }

  /**
   * Some bits of an address, the others zero: {@code ip saddr & 0.0.0.15}.
   *
   * @param field {@link Field#SOURCE} or {@link Field#DESTINATION}
   */
  record Part(Field field, Mask mask) implements Operand {
    public Part {
      if (field != Field.SOURCE && field != Field.DESTINATION) {
        throw new IllegalArgumentException(field + " is no address of the packet");
      }
    }

    @Override
    public DataType type(IpFamily family) {
      return field.type(family);
    }

    /** The bits of an address that count. */
    public byte[] of(byte[] address) {
      byte[] kept = mask.bytes(address.length);
      for (int i = 0; i < kept.length; i++) {
        kept[i] &= address[i];
      }
      return kept;
    }
  }

  /** Which bits of an address count. */
  enum Mask {
    /** The last 4 bits. */
    LAST_4_BITS,
    /** All but the last 16 bits: of IPv4 the first half. */
    BLOCK;

    /** How many addresses share a block, as a power of two. */
    static final int BLOCK_BITS = 16;

    /** How many bits {@link #LAST_4_BITS} keeps. */
    static final int LAST_BITS = 4;

    /** The mask for addresses of that many bytes. */
    public byte[] bytes(int addressBytes) {
      byte[] mask = new byte[addressBytes];
      if (this == LAST_4_BITS) {
        mask[addressBytes - 1] = (1 << LAST_BITS) - 1;
      } else {
        Arrays.fill(mask, 0, addressBytes - BLOCK_BITS / 8, (byte) 0xff);
      }
      return mask;
    }
  }

  /**
   * A hash of the source address (jhash of linux/jhash.h over its bytes), scaled to 0 to {@code
   * modulus - 1}. The seed is fixed: every node, and every restart, sends a client the same way.
   *
   * @param modulus 2 to 65,536
   */
  record SourceHash(int modulus) implements Operand {

    /** What the hash starts from; changing it moves clients. */
    public static final int SEED = 0x66657272;

    /** What the kernel computes for a source ({@code nft_jhash_eval}, {@code reciprocal_scale}). */
    public int slot(IpAddress source) {
      long hash = JenkinsHash.of(source.bytes(), SEED) & 0xffff_ffffL;
      return (int) ((hash * modulus) >>> 32);
    }

    @Override
    public DataType type(IpFamily family) {
      return DataType.SLOT;
    }
  }

  /**
   * A random number from 0 to {@code modulus - 1}, drawn anew for each packet.
   *
   * @param modulus 1 to 65,536
   */
  record RandomSlot(int modulus) implements Operand {
    @Override
    public DataType type(IpFamily family) {
      return DataType.SLOT;
    }
  }
}
