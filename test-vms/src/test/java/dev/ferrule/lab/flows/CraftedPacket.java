// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.LabException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The first packet of a connection, byte by byte: a TCP SYN, a UDP datagram or an SCTP INIT. */
final class CraftedPacket {
  private static final int TTL = 64;
  private static final int WINDOW = 65535;
  private static final byte SYN = 2;
  private static final byte INIT = 1;

  private CraftedPacket() {}

  static byte[] of(Flow flow, int sourcePort) {
    byte[] from = Addresses.parse(flow.from()).getAddress();
    byte[] to = Addresses.parse(flow.to()).getAddress();
    return switch (flow.protocol()) {
      case "tcp" -> ip(from, to, 6, checked(tcp(sourcePort, flow.port()), 16, from, to, 6));
      case "udp" -> ip(from, to, 17, checked(udp(sourcePort, flow.port()), 6, from, to, 17));
      case "sctp" -> ip(from, to, 132, sctp(sourcePort, flow.port()));
      default -> throw new LabException("could not make a packet of " + flow.protocol());
    };
  }

  private static ByteBuffer tcp(int from, int to) {
    ByteBuffer tcp = ByteBuffer.allocate(20).putShort((short) from).putShort((short) to);
    return tcp.putInt(1000).putInt(0).put((byte) (5 << 4)).put(SYN).putShort((short) WINDOW);
  }

  private static ByteBuffer udp(int from, int to) {
    byte[] data = "ping".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer udp = ByteBuffer.allocate(8 + data.length);
    udp.putShort((short) from).putShort((short) to).putShort((short) (8 + data.length));
    return udp.putShort((short) 0).put(data);
  }

  private static ByteBuffer sctp(int from, int to) {
    ByteBuffer sctp = ByteBuffer.allocate(32);
    sctp.putShort((short) from).putShort((short) to).putInt(0).putInt(0);
    // tag, window, streams out and in, first sequence number
    sctp.put(INIT).put((byte) 0).putShort((short) 20).putInt(0x1234).putInt(WINDOW);
    sctp.putShort((short) 1).putShort((short) 1).putInt(1);
    CRC32C crc = new CRC32C();
    crc.update(sctp.array());
    // The one checksum of the Internet that goes over the wire in little-endian order.
    return sctp.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
  }

  private static ByteBuffer checked(
      ByteBuffer packet, int offset, byte[] from, byte[] to, int protocol) {
    ByteBuffer pseudo = ByteBuffer.allocate(2 * from.length + 8 + packet.capacity());
    pseudo
        .put(from)
        .put(to)
        .putInt(packet.capacity())
        .putInt(protocol)
        .put(packet.duplicate().clear());
    int sum = checksum(pseudo);
    return packet.putShort(offset, (short) (sum == 0 ? 0xffff : sum));
  }

  private static byte[] ip(byte[] from, byte[] to, int protocol, ByteBuffer content) {
    int length = content.capacity();
    ByteBuffer packet = ByteBuffer.allocate((from.length == 4 ? 20 : 40) + length);
    if (from.length == 4) {
      packet.putShort((short) 0x4500).putShort((short) (20 + length)).putInt(0);
      packet.put((byte) TTL).put((byte) protocol).putShort((short) 0).put(from).put(to);
      packet.putShort(10, (short) checksum(packet.duplicate().limit(20)));
    } else {
      packet.putInt(6 << 28).putShort((short) length).put((byte) protocol).put((byte) TTL);
      packet.put(from).put(to);
    }
    return packet.put(content.duplicate().clear()).array();
  }

  /** The Internet checksum of everything from the start to the limit. */
  static int checksum(ByteBuffer data) {
    long sum = 0;
    for (int i = 0; i < data.limit(); i += 2) {
      int low = i + 1 < data.limit() ? data.get(i + 1) & 0xff : 0;
      sum += ((data.get(i) & 0xff) << 8) | low;
    }
    while (sum > 0xffff) {
      sum = (sum >> 16) + (sum & 0xffff);
    }
    return (int) ~sum & 0xffff;
  }
}
