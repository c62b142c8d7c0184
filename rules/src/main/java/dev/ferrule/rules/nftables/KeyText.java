// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes of keys and data as nft prints them. */
final class KeyText {

  private KeyText() {}

  /** A key, field by field; a field that differs between the ends of a range is a range. */
  static String key(List<DataType> types, ElementKey key) {
    List<String> fields = new ArrayList<>();
    int offset = 0;
    for (DataType type : types) {
      byte[] first = key.first().slice(offset, type.bytes());
      byte[] last = key.end().slice(offset, type.bytes());
      fields.add(Arrays.equals(first, last) ? value(type, first) : range(type, first, last));
      offset += type.paddedBytes();
    }
    return String.join(" . ", fields);
  }

  /** Data, field by field. */
  static String values(List<DataType> types, Bytes bytes) {
    return key(types, ElementKey.single(bytes));
  }

  private static String range(DataType type, byte[] first, byte[] last) {
    if (type == DataType.IPV4_ADDR || type == DataType.IPV6_ADDR) {
      IpAddress from = IpAddress.ofBytes(first);
      IpAddress to = IpAddress.ofBytes(last);
      for (int prefix = 0; prefix < from.family().addressBits(); prefix++) {
        Cidr range = new Cidr(from, prefix);
        if (range.address().equals(from) && range.last().equals(to)) {
          return range.toString();
        }
      }
    }
    return value(type, first) + "-" + value(type, last);
  }

  private static String value(DataType type, byte[] bytes) {
    return switch (type) {
      case IPV4_ADDR, IPV6_ADDR -> IpAddress.ofBytes(bytes).toString();
      case INET_PROTO -> protocol(bytes[0] & 0xff);
      case INET_SERVICE -> Integer.toString(ByteBuffer.wrap(bytes).getShort() & 0xffff);
      case SLOT -> Integer.toString(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt());
    };
  }

  private static String protocol(int number) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        return protocol.text();
      }
    }
    return Integer.toString(number);
  }
}
