// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CraftedPacketTest {
  @Test
  void aSynIsTheseBytes() {
    byte[] packet = CraftedPacket.of(flow("tcp", "10.0.0.2", "172.30.0.41"), 20000);
    assertThat(HexFormat.of().formatHex(packet))
        .isEqualTo(
            "45000028000000004006" // version and length, total length, id, ttl 64, TCP
                + checksumOf(packet, 10)
                + "0a000002ac1e0029" // from, to
                + "4e200050000003e800000000" // ports, sequence, acknowledgement
                + "5002ffff" // five words, SYN, window
                + checksumOf(packet, 36)
                + "0000");
    assertThat(CraftedPacket.checksum(ByteBuffer.wrap(packet, 0, 20).slice())).isZero();
  }

  @ParameterizedTest
  @CsvSource({"tcp,6,20", "udp,17,12"})
  void checksumsCoverTheAddresses(String protocol, int number, int length) {
    byte[] packet = CraftedPacket.of(flow(protocol, "fd00:10::2", "fd00:10:96::a"), 20000);
    assertThat(packet).hasSize(40 + length);
    ByteBuffer pseudo = ByteBuffer.allocate(40 + length);
    pseudo.put(packet, 8, 32).putInt(length).putInt(number).put(packet, 40, length);
    assertThat(CraftedPacket.checksum(pseudo)).isZero();
  }

  @Test
  void anSctpInitHasItsChecksumInLittleEndianOrder() {
    byte[] packet = CraftedPacket.of(flow("sctp", "10.0.0.2", "172.30.0.41"), 20000);
    byte[] content = Arrays.copyOfRange(packet, 20, packet.length);
    int shown = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
    ByteBuffer.wrap(content).putInt(8, 0);
    CRC32C crc = new CRC32C();
    crc.update(content);
    assertThat(shown).isEqualTo((int) crc.getValue());
  }

  private static String checksumOf(byte[] packet, int offset) {
    return HexFormat.of().formatHex(packet, offset, offset + 2);
  }

  private static Flow flow(String protocol, String from, String to) {
    return new Flow("", from, protocol, to, 80, "", Expectation.Plain.PASS, List.of());
  }
}
