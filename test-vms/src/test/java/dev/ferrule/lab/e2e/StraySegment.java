// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A TCP segment over IPv4 from the server's side of a connection, far outside of its window, so
 * that connection tracking calls it INVALID and does not translate it. A client that gets it knows
 * no such connection and answers with a reset, whose sequence number is the one acknowledged here:
 * to the server it is a valid one.
 */
final class StraySegment {
  private static final int IP = 20;
  private static final int TCP = 20;
  private static final int OUTSIDE = 1 << 28;
  private static final byte ACK = 0x10;

  private StraySegment() {}

  /** One made of the last segment that the client has sent, if there is any among these packets. */
  static Optional<byte[]> answering(List<byte[]> heard, int clientPort, int serverPort) {
    return heard.stream()
        .filter(packet -> packet.length >= IP + TCP && packet[0] == 0x45 && packet[9] == 6)
        .map(ByteBuffer::wrap)
        .filter(packet -> port(packet, IP) == clientPort && port(packet, IP + 2) == serverPort)
        .filter(packet -> packet.get(IP + 13) == ACK)
        .reduce((first, last) -> last)
        .map(StraySegment::backwards);
  }

  private static byte[] backwards(ByteBuffer seen) {
    ByteBuffer stray = ByteBuffer.allocate(IP + TCP);
    stray.putShort((short) 0x4500).putShort((short) (IP + TCP)).putInt(0);
    stray.put((byte) 64).put((byte) 6).putShort((short) 0);
    stray.putInt(seen.getInt(16)).putInt(seen.getInt(12));
    stray.putShort(seen.getShort(IP + 2)).putShort(seen.getShort(IP));
    // what the client expects next, and what it has said
    stray.putInt(seen.getInt(IP + 8) + OUTSIDE).putInt(seen.getInt(IP + 4));
    stray.put((byte) (5 << 4)).put(ACK).putShort((short) 65535).putInt(0);
    ByteBuffer pseudo = ByteBuffer.allocate(12 + TCP);
    pseudo.putInt(stray.getInt(12)).putInt(stray.getInt(16)).putShort((short) 6);
    pseudo.putShort((short) TCP).put(Arrays.copyOfRange(stray.array(), IP, IP + TCP));
    stray.putShort(IP + 16, checksum(pseudo));
    return stray.putShort(10, checksum(ByteBuffer.wrap(stray.array(), 0, IP))).array();
  }

  private static short checksum(ByteBuffer data) {
    long sum = 0;
    for (data.rewind(); data.hasRemaining(); ) {
      sum += data.getShort() & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum >> 16) + (sum & 0xffff);
    }
    return (short) ~sum;
  }

  private static int port(ByteBuffer packet, int offset) {
    return packet.getShort(offset) & 0xffff;
  }
}
