// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A packet that came back and says no to one of ours, known by the source port it had. */
record Refusal(Kind kind, int sourcePort) {
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int ICMP6 = 58;
  private static final int RST = 4;

  enum Kind {
    UNREACHABLE,
    RESET
  }

  static Optional<Refusal> in(byte[] packet) {
    return packet[0] >> 4 == 4 ? in4(packet) : packet[0] >> 4 == 6 ? in6(packet) : Optional.empty();
  }

  private static Optional<Refusal> in4(byte[] packet) {
    int head = (packet[0] & 15) * 4;
    if (packet.length < head + 14) {
      return Optional.empty();
    }
    if (packet[9] == ICMP && packet[head] == 3 && packet.length >= head + 28 + 4) {
      // what is refused is quoted after eight bytes: its IP header, then its ports
      int quoted = head + 8 + (packet[head + 8] & 15) * 4;
      return Optional.of(new Refusal(Kind.UNREACHABLE, port(packet, quoted)));
    }
    return packet[9] == TCP ? reset(packet, head) : Optional.empty();
  }

  private static Optional<Refusal> in6(byte[] packet) {
    if (packet[6] == ICMP6 && packet.length >= 92 && packet[40] == 1) {
      return Optional.of(new Refusal(Kind.UNREACHABLE, port(packet, 88)));
    }
    return packet[6] == TCP && packet.length >= 54 ? reset(packet, 40) : Optional.empty();
  }

  private static Optional<Refusal> reset(byte[] packet, int tcp) {
    return (packet[tcp + 13] & RST) == 0
        ? Optional.empty()
        : Optional.of(new Refusal(Kind.RESET, port(packet, tcp + 2)));
  }

  private static int port(byte[] packet, int offset) {
    return offset + 2 <= packet.length ? ByteBuffer.wrap(packet).getShort(offset) & 0xffff : -1;
  }
}
