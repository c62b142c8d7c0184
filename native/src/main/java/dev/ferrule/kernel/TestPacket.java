// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first packet of a connection that nobody goes on with: a SYN of TCP (RFC 9293), an empty UDP
 * datagram (RFC 768), an INIT of SCTP (RFC 9260).
 *
 * @param from address of the client, of the same family as {@code to}
 * @param fromPort port of the client, 1 to 65,535
 * @param label what tells it from all other packets, 1 to 65,535: no NAT changes the identification
 *     of IPv4 or the flow label of IPv6
 */
public record TestPacket(IpAddress from, int fromPort, FrontendKey to, int label) {

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int HOPS = 64;
  private static final short WINDOW = 0x7fff;
  private static final int UDP_HEADER = 8;
  private static final int SCTP_HEADER = 12;
  private static final int SYN = 2;
  private static final int INIT_CHUNK = 1;
  private static final int INIT_BYTES = 20;

  public TestPacket {
    if (from.family() != to.family()) {
      throw new IllegalArgumentException(from + " and " + to + " are of different families");
    }
    if (!is16Bits(fromPort) || !is16Bits(label)) {
      throw new IllegalArgumentException(fromPort + " or " + label + " is not in 1 to 65535");
    }
  }

  private static boolean is16Bits(int number) {
    return number > 0 && number <= 0xffff;
  }

  /** The packet with its IP header. */
  byte[] bytes() {
    byte[] content =
        switch (to.protocol()) {
          case TCP -> withChecksum(tcp(), 16);
          case UDP -> withChecksum(udp(), 6);
          case SCTP -> sctp();
        };
    return from.family() == IpFamily.IPV4 ? ipv4(content) : ipv6(content);
  }

  private byte[] tcp() {
    byte[] tcp = new byte[20];
    ports(tcp).putInt(label << 12).putInt(0).put((byte) (5 << 4)).put((byte) SYN).putShort(WINDOW);
    return tcp;
  }

  private byte[] udp() {
    byte[] udp = new byte[UDP_HEADER];
    ports(udp).putShort((short) UDP_HEADER);
    return udp;
  }

  private byte[] sctp() {
    byte[] sctp = new byte[SCTP_HEADER + INIT_BYTES];
    // An INIT has the verification tag 0; the checksum stands behind it.
    ByteBuffer out = ports(sctp).putInt(0).putInt(0);
    out.put((byte) INIT_CHUNK).put((byte) 0).putShort((short) INIT_BYTES);
    out.putInt(label).putInt(WINDOW).putShort((short) 1).putShort((short) 1).putInt(label);
    CRC32C crc = new CRC32C();
    crc.update(sctp);
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
    return sctp;
  }

  private ByteBuffer ports(byte[] content) {
    return ByteBuffer.wrap(content).putShort((short) fromPort).putShort((short) to.port());
  }

  /** TCP and UDP include addresses and protocol in their checksum. */
  private byte[] withChecksum(byte[] content, int offset) {
    byte[] summed = new byte[2 * from.family().addressBits() / 8 + 8 + content.length];
    ByteBuffer out = ByteBuffer.wrap(summed).put(from.bytes()).put(to.address().bytes());
    out.putInt(content.length).putInt(to.protocol().number()).put(content);
    int sum = checksum(summed, summed.length);
    ByteBuffer.wrap(content).putShort(offset, (short) (sum == 0 ? 0xffff : sum));
    return content;
  }

  private byte[] ipv4(byte[] content) {
    byte[] packet = new byte[IPV4_HEADER + content.length];
    ByteBuffer out = ByteBuffer.wrap(packet).putShort((short) 0x4500);
    out.putShort((short) packet.length).putShort((short) label).putShort((short) 0);
    out.put((byte) HOPS).put((byte) to.protocol().number()).putShort((short) 0);
    out.put(from.bytes()).put(to.address().bytes()).put(content);
    out.putShort(10, (short) checksum(packet, IPV4_HEADER));
    return packet;
  }

  private byte[] ipv6(byte[] content) {
    byte[] packet = new byte[IPV6_HEADER + content.length];
    ByteBuffer out = ByteBuffer.wrap(packet).putInt(6 << 28 | label);
    out.putShort((short) content.length).put((byte) to.protocol().number()).put((byte) HOPS);
    out.put(from.bytes()).put(to.address().bytes()).put(content);
    return packet;
  }

  /** The checksum of the Internet (RFC 1071) over an even number of bytes. */
  private static int checksum(byte[] bytes, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
    }
    while (sum > 0xffff) {
      sum = (sum >>> 16) + (sum & 0xffff);
    }
    return ~sum & 0xffff;
  }

  @Override
  public String toString() {
    return "packet from " + from + " port " + fromPort + " to " + to;
  }
}
