// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection as the kernel tracks it: the ways of its packets in the direction of the first one
 * and in the other. The numbers are those of linux/netfilter/nfnetlink_conntrack.h.
 */
public record TrackedConnection(Way original, Way reply) {
  private static final int TUPLE_ORIG = 1;
  private static final int TUPLE_REPLY = 2;
  private static final int TUPLE_IP = 1;
  private static final int TUPLE_PROTO = 2;
  private static final int IP_V6_SRC = 3;
  private static final int PROTO_SRC_PORT = 2;
  private static final int PROTO_DST_PORT = 3;
  // Above these are flags: nested, in network order.
  private static final int TYPE = 0x3fff;

  /** From where to where. Ports are 0 where the protocol has none. */
  public record Way(InetSocketAddress from, InetSocketAddress to) {}

  static TrackedConnection read(ByteBuffer attributes) {
    Map<Integer, ByteBuffer> tuples = nested(attributes);
    return new TrackedConnection(way(tuples, TUPLE_ORIG), way(tuples, TUPLE_REPLY));
  }

  private static Way way(Map<Integer, ByteBuffer> tuples, int which) {
    Map<Integer, ByteBuffer> tuple = nested(in(tuples, which));
    Map<Integer, ByteBuffer> ip = nested(in(tuple, TUPLE_IP));
    Map<Integer, ByteBuffer> proto = nested(in(tuple, TUPLE_PROTO));
    int source = ip.containsKey(IP_V6_SRC) ? IP_V6_SRC : 1;
    return new Way(
        new InetSocketAddress(address(in(ip, source)), port(proto, PROTO_SRC_PORT)),
        new InetSocketAddress(address(in(ip, source + 1)), port(proto, PROTO_DST_PORT)));
  }

  private static ByteBuffer in(Map<Integer, ByteBuffer> attributes, int type) {
    ByteBuffer value = attributes.get(type);
    if (value == null) {
      throw new LabException("a tracked connection has no attribute " + type);
    }
    return value;
  }

  private static Map<Integer, ByteBuffer> nested(ByteBuffer attributes) {
    Map<Integer, ByteBuffer> found = new HashMap<>();
    ByteBuffer rest = attributes.duplicate().order(ByteOrder.nativeOrder());
    while (rest.remaining() >= 4) {
      int start = rest.position();
      int length = rest.getShort(start) & 0xffff;
      found.put(rest.getShort(start + 2) & TYPE, rest.slice(start + 4, length - 4));
      rest.position(Math.min(rest.limit(), start + (length + 3) / 4 * 4));
    }
    return found;
  }

  private static InetAddress address(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new LabException("a tracked connection has an address of " + bytes.length + " bytes");
    }
  }

  private static int port(Map<Integer, ByteBuffer> proto, int type) {
    ByteBuffer value = proto.get(type);
    return value == null ? 0 : value.duplicate().order(ByteOrder.BIG_ENDIAN).getShort() & 0xffff;
  }
}
