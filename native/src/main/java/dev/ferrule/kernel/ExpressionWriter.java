// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;

/** Writes an {@link Expression} as the attributes that the kernel reads, in the order nft uses. */
final class ExpressionWriter {

  private final NetlinkWriter out;

  ExpressionWriter(NetlinkWriter out) {
    this.out = out;
  }

  void write(Expression expression) {
    int item = out.open(NfTables.NFTA_LIST_ELEM);
    out.text(NfTables.NFTA_EXPR_NAME, expression.name());
    int data = out.open(NfTables.NFTA_EXPR_DATA);
    if (expression instanceof Expression.Payload payload) {
      register(1, payload.register());
      out.u32(2, payload.base());
      out.u32(3, payload.offset());
      out.u32(4, payload.length());
    } else if (expression instanceof Expression.Meta meta) {
      out.u32(2, meta.key());
      register(1, meta.register());
    } else if (expression instanceof Expression.Conntrack conntrack) {
      conntrack(conntrack);
    } else if (expression instanceof Expression.Fib fib) {
      out.u32(3, fib.flags());
      out.u32(2, fib.result());
      register(1, fib.register());
    } else if (expression instanceof Expression.NumberGenerator generator) {
      register(1, generator.register());
      out.u32(2, generator.modulus());
      out.u32(3, generator.type());
      out.u32(4, generator.offset());
    } else if (expression instanceof Expression.Hash hash) {
      register(1, hash.source());
      register(2, hash.register());
      out.u32(3, hash.length());
      out.u32(4, hash.modulus());
      out.u32(5, hash.seed());
      out.u32(7, hash.type());
    } else if (expression instanceof Expression.Lookup lookup) {
      lookup(lookup);
    } else if (expression instanceof Expression.Nat nat) {
      out.u32(1, nat.type());
      out.u32(2, nat.family());
      register(3, nat.address());
      register(5, nat.port());
    } else if (expression instanceof Expression.Masquerade masquerade) {
      out.u32(1, masquerade.flags());
    } else if (expression instanceof Expression.Reject reject) {
      out.u32(1, reject.type());
      out.u8(2, reject.code());
    } else if (expression instanceof Expression.Immediate immediate) {
      register(1, Expression.VERDICT);
      int value = out.open(2);
      verdict(out, immediate.code(), immediate.chain() == null ? "" : immediate.chain());
      out.close(value);
    } else if (expression instanceof Expression.Bitwise bitwise) {
      register(1, bitwise.source());
      register(2, bitwise.target());
      out.u32(3, bitwise.mask().length());
      value(4, bitwise.mask());
      value(5, bitwise.xor());
    } else if (expression instanceof Expression.Compare compare) {
      register(1, compare.register());
      out.u32(2, compare.operator());
      value(3, compare.value());
    } else if (expression instanceof Expression.DynamicSet dynamicSet) {
      dynamicSet(dynamicSet);
    } else {
      throw new IllegalArgumentException("cannot write an expression " + expression.name());
    }
    out.close(data);
    out.close(item);
  }

  private void conntrack(Expression.Conntrack conntrack) {
    out.u32(2, conntrack.key());
    register(1, conntrack.register());
    if (conntrack.direction() != Expression.NONE) {
      out.u8(3, conntrack.direction());
    }
  }

  private void lookup(Expression.Lookup lookup) {
    register(2, lookup.register());
    register(3, lookup.target());
    out.text(1, lookup.set());
    if (lookup.inverted()) {
      out.u32(5, 1);
    }
  }

  private void dynamicSet(Expression.DynamicSet dynamicSet) {
    register(4, dynamicSet.key());
    register(5, dynamicSet.data());
    out.u32(3, dynamicSet.operator());
    if (dynamicSet.timeoutMillis() != 0) {
      out.u64(6, dynamicSet.timeoutMillis());
    }
    out.text(1, dynamicSet.set());
  }

  /** The verdict attributes inside of an open NFTA_*_DATA. */
  static void verdict(NetlinkWriter out, int code, String chain) {
    int verdict = out.open(NfTables.NFTA_DATA_VERDICT);
    out.u32(NfTables.NFTA_VERDICT_CODE, code);
    if (!chain.isEmpty()) {
      out.text(NfTables.NFTA_VERDICT_CHAIN, chain);
    }
    out.close(verdict);
  }

  private void value(int type, Bytes value) {
    int data = out.open(type);
    out.bytes(NfTables.NFTA_DATA_VALUE, value);
    out.close(data);
  }

  private void register(int type, int register) {
    if (register != Expression.NONE) {
      out.u32(type, number(register));
    }
  }

  /**
   * The kernel's number (enum nft_registers): 0 is the verdict, 1 to 4 are the old registers of 16
   * bytes, 8 to 23 those of 4 bytes in the same memory. Where both name a place, the kernel and nft
   * use the old one.
   */
  static int number(int register) {
    if (register == Expression.VERDICT) {
      return 0;
    }
    return register % 4 == 0 ? 1 + register / 4 : 8 + register;
  }

  /** The inverse of {@link #number}. */
  static int register(int number) {
    if (number == 0) {
      return Expression.VERDICT;
    }
    return number <= 4 ? (number - 1) * 4 : number - 8;
  }
}
