// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.DataType;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What nft leaves with a set for itself: the kernel keeps it unread (NFTA_SET_USERDATA). Without it
 * nft would print keys of one field in host byte order, and would not know that the slot in a key
 * is a number that {@code numgen} yields: there is no {@code type} for that, so the declaration
 * must read {@code typeof ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr .
 * th dport}.
 *
 * <p>Format (libnftnl, {@code udata.h}): a list of {@code type u8, length u8, value}; numbers are
 * 32 bits in host byte order; some values are such lists again. The numbers of expressions and
 * protocols are nft's own ({@code enum expr_types}, {@code enum proto_desc_id}), the same since nft
 * 0.9.4.
 */
final class SetUserdata {

  // libnftnl: enum nftnl_udata_set_types
  private static final int KEY_BYTEORDER = 0;
  private static final int DATA_BYTEORDER = 1;
  private static final int KEY_TYPEOF = 3;
  private static final int DATA_TYPEOF = 4;

  // libnftnl: enum nftnl_udata_set_typeof_types
  private static final int TYPEOF_EXPRESSION = 0;
  private static final int TYPEOF_DATA = 1;

  // nft: enum byteorder. A concatenation has none.
  private static final int BYTEORDER_NONE = 0;
  private static final int BYTEORDER_BIG_ENDIAN = 2;

  // nft: enum expr_types
  private static final int EXPR_PAYLOAD = 7;
  private static final int EXPR_META = 9;
  private static final int EXPR_CONCAT = 13;
  private static final int EXPR_NUMGEN = 23;

  // nft: enum proto_desc_id, and the fields of those headers
  private static final int PROTO_TRANSPORT = 11;
  private static final int PROTO_IP = 12;
  private static final int PROTO_IP6 = 13;
  private static final int FIELD_DPORT = 2;
  private static final int FIELD_IP_DADDR = 12;
  private static final int FIELD_IP6_DADDR = 9;

  /** The range of a slot: any more than a pool can have. */
  private static final int SLOT_MODULUS = 65536;

  private SetUserdata() {}

  static byte[] of(IpFamily family, SetDeclaration declaration) {
    boolean typeof = declaration.key().contains(DataType.SLOT);
    TypeLengthValue out = new TypeLengthValue();
    out.number(KEY_BYTEORDER, byteOrder(declaration.key()));
    if (declaration.kind() != SetDeclaration.Kind.SET) {
      out.number(DATA_BYTEORDER, byteOrder(declaration.data()));
    }
    if (typeof) {
      out.nested(KEY_TYPEOF, typeof(family, declaration.key()));
      if (declaration.kind() == SetDeclaration.Kind.MAP) {
        out.nested(DATA_TYPEOF, typeof(family, declaration.data()));
      }
    }
    return out.toByteArray();
  }

  /** A list with one number, the form that an element's userdata has too. */
  static byte[] numberEntry(int type, int value) {
    TypeLengthValue out = new TypeLengthValue();
    out.number(type, value);
    return out.toByteArray();
  }

  private static int byteOrder(List<DataType> types) {
    return types.size() == 1 ? BYTEORDER_BIG_ENDIAN : BYTEORDER_NONE;
  }

  /** The expression whose type the key or the data has. */
  private static TypeLengthValue typeof(IpFamily family, List<DataType> types) {
    if (types.size() == 1) {
      return expression(family, types.get(0));
    }
    TypeLengthValue parts = new TypeLengthValue();
    for (int i = 0; i < types.size(); i++) {
      parts.nested(i, expression(family, types.get(i)));
    }
    return expression(EXPR_CONCAT, parts);
  }

  private static TypeLengthValue expression(IpFamily family, DataType type) {
    TypeLengthValue details = new TypeLengthValue();
    return switch (type) {
      case IPV4_ADDR, IPV6_ADDR -> {
        boolean ipv4 = family == IpFamily.IPV4;
        details.number(0, ipv4 ? PROTO_IP : PROTO_IP6);
        details.number(1, ipv4 ? FIELD_IP_DADDR : FIELD_IP6_DADDR);
        yield expression(EXPR_PAYLOAD, details);
      }
      case INET_PROTO -> {
        details.number(0, Expression.Meta.L4PROTO);
        yield expression(EXPR_META, details);
      }
      case INET_SERVICE -> {
        details.number(0, PROTO_TRANSPORT);
        details.number(1, FIELD_DPORT);
        yield expression(EXPR_PAYLOAD, details);
      }
      case SLOT -> {
        details.number(0, Expression.NumberGenerator.RANDOM);
        details.number(1, SLOT_MODULUS);
        details.number(2, 0); // offset
        yield expression(EXPR_NUMGEN, details);
      }
    };
  }

  private static TypeLengthValue expression(int kind, TypeLengthValue details) {
    TypeLengthValue out = new TypeLengthValue();
    out.number(TYPEOF_EXPRESSION, kind);
    out.nested(TYPEOF_DATA, details);
    return out;
  }

  /** A list of type, length and value. */
  private static final class TypeLengthValue {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void number(int type, int value) {
      put(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    void nested(int type, TypeLengthValue value) {
      put(type, value.toByteArray());
    }

    private void put(int type, byte[] value) {
      bytes.write(type);
      bytes.write(value.length);
      bytes.writeBytes(value);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
