// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One instruction of the kernel's rule machine, for the kinds that our statements compile to. It
 * has 16 registers of 32 bits, numbered 0 to 15 here; longer values take several in a row.
 */
sealed interface Expression {

  /** In place of a register: none. */
  int NONE = -1;

  /** In place of a register: the verdict. */
  int VERDICT = -2;

  /** The kernel's name of it. */
  String name();

  /** Loads bytes of the packet: {@code base} is a header (enum nft_payload_bases). */
  record Payload(int register, int base, int offset, int length) implements Expression {
    static final int NETWORK_HEADER = 1;
    static final int TRANSPORT_HEADER = 2;

    @Override
    public String name() {
      return "payload";
    }
  }

  /** Loads something about the packet (enum nft_meta_keys). */
  record Meta(int register, int key) implements Expression {
    static final int INPUT_INTERFACE_NAME = 6;
    static final int L4PROTO = 16;

    @Override
    public String name() {
      return "meta";
    }
  }

  /** Loads something about the connection (enum nft_ct_keys). */
  record Conntrack(int register, int key, int direction) implements Expression {
    static final int STATE = 0;
    static final int DIRECTION = 1;
    static final int STATUS = 2;
    static final int PROTO_SRC = 11;
    static final int PROTO_DST = 12;
    static final int SRC_IP = 19;
    static final int DST_IP = 20;
    static final int SRC_IP6 = 21;
    static final int DST_IP6 = 22;
    static final int ORIGINAL = 0;
    static final int REPLY = 1;

    @Override
    public String name() {
      return "ct";
    }
  }

  /** Asks the routing table (enum nft_fib_result, nft_fib_flags). */
  record Fib(int register, int result, int flags) implements Expression {
    static final int ADDRESS_TYPE = 3;
    static final int SOURCE = 1;

    @Override
    public String name() {
      return "fib";
    }
  }

  /** Makes a number (enum nft_ng_types). */
  record NumberGenerator(int register, int modulus, int type, int offset) implements Expression {
    static final int RANDOM = 1;

    @Override
    public String name() {
      return "numgen";
    }
  }

  /** Hashes registers (enum nft_hash_types) and scales the result to less than the modulus. */
  record Hash(int source, int register, int length, int modulus, int seed, int type)
      implements Expression {
    static final int JENKINS = 0;

    @Override
    public String name() {
      return "hash";
    }
  }

  /** Looks up a set; {@code target} receives the data of a map. */
  record Lookup(String set, int register, int target, boolean inverted) implements Expression {
    @Override
    public String name() {
      return "lookup";
    }
  }

  /** Translates an address and port (enum nft_nat_types). */
  record Nat(int type, int family, int address, int port) implements Expression {
    static final int DESTINATION = 1;

    @Override
    public String name() {
      return "nat";
    }
  }

  /** Translates the source to an address of the outgoing interface (NF_NAT_RANGE_ flags). */
  record Masquerade(int flags) implements Expression {
    static final int FULLY_RANDOM = 0x10;

    @Override
    public String name() {
      return "masq";
    }
  }

  /** Answers with an error (enum nft_reject_types). */
  record Reject(int type, int code) implements Expression {
    static final int ICMP_UNREACHABLE = 0;
    static final int TCP_RESET = 1;

    @Override
    public String name() {
      return "reject";
    }
  }

  /** Sets the verdict. */
  record Immediate(int code, @Nullable String chain) implements Expression {
    @Override
    public String name() {
      return "immediate";
    }
  }

  /** {@code target = source & mask ^ xor}. */
  record Bitwise(int source, int target, Bytes mask, Bytes xor) implements Expression {
    @Override
    public String name() {
      return "bitwise";
    }
  }

  /** Goes on if the register compares like that (enum nft_cmp_ops), else to the next rule. */
  record Compare(int register, int operator, Bytes value) implements Expression {
    static final int EQUAL = 0;
    static final int NOT_EQUAL = 1;

    @Override
    public String name() {
      return "cmp";
    }
  }

  /** Adds an element (enum nft_dynset_ops). */
  record DynamicSet(String set, int operator, int key, int data, long timeoutMillis)
      implements Expression {
    static final int UPDATE = 1;

    @Override
    public String name() {
      return "dynset";
    }
  }

  /** One that has no effect. */
  record Nothing() implements Expression {
    @Override
    public String name() {
      return "nothing";
    }
  }

  /** One that our statements never compile to. */
  record Unknown(String name) implements Expression {}
}
