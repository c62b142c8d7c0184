// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TestPacketTest {

  private static final IpAddress FROM = IpAddress.parse("192.0.2.1");
  private static final IpAddress FROM6 = IpAddress.parse("2001:db8::1");
  private static final IpAddress TO = IpAddress.parse("198.51.100.2");
  private static final IpAddress TO6 = IpAddress.parse("2001:db8::2");

  /** Over header and checksum together the sum of RFC 1071 is all ones. */
  @Test
  void checksumsAreThoseOfTheInternet() {
    for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
      byte[] four = packet(FROM, TO, protocol).bytes();
      assertThat(sum(Arrays.copyOf(four, 20))).as("header").isEqualTo(0xffff);
      byte[] content = Arrays.copyOfRange(four, 20, four.length);
      assertThat(pseudo(sum(content), FROM, TO, protocol, content.length)).isEqualTo(0xffff);
      byte[] six = packet(FROM6, TO6, protocol).bytes();
      byte[] content6 = Arrays.copyOfRange(six, 40, six.length);
      assertThat(pseudo(sum(content6), FROM6, TO6, protocol, content6.length)).isEqualTo(0xffff);
    }
  }

  @Test
  void whatIsSentIsKnownAgainByItsLabel() {
    for (Protocol protocol : Protocol.values()) {
      byte[] four = packet(FROM, TO, protocol).bytes();
      assertThat(seen(four, 20)).isEqualTo(new SeenPacket(FROM, new Backend(TO, 80), 4711));
      byte[] six = packet(FROM6, TO6, protocol).bytes();
      assertThat(seen(six, 40)).isEqualTo(new SeenPacket(FROM6, new Backend(TO6, 80), 4711));
    }
  }

  @Test
  void whatIsCutShortIsNotRead() {
    byte[] packet = packet(FROM, TO, Protocol.UDP).bytes();
    assertThat(SeenPacket.read(Arrays.copyOf(packet, 19), new byte[8])).isNull();
    assertThat(SeenPacket.read(Arrays.copyOf(packet, 20), new byte[3])).isNull();
    assertThat(SeenPacket.read(new byte[0], new byte[8])).isNull();
  }

  @Test
  void aLabelAndAPortAreNeeded() {
    FrontendKey to = new FrontendKey(TO, Protocol.TCP, 80);
    assertThatThrownBy(() -> new TestPacket(FROM, 40_000, to, 0))
        .hasMessageContaining("1 to 65535");
    assertThatThrownBy(() -> new TestPacket(FROM, 0, to, 1)).hasMessageContaining("1 to 65535");
    assertThatThrownBy(() -> new TestPacket(FROM6, 1, to, 1)).hasMessageContaining("families");
  }

  private static TestPacket packet(IpAddress from, IpAddress to, Protocol protocol) {
    return new TestPacket(from, 40_000, new FrontendKey(to, protocol, 80), 4711);
  }

  private static SeenPacket seen(byte[] packet, int header) {
    return Objects.requireNonNull(
        SeenPacket.read(
            Arrays.copyOf(packet, header), Arrays.copyOfRange(packet, header, packet.length)));
  }

  private static int pseudo(
      int content, IpAddress from, IpAddress to, Protocol protocol, int length) {
    return fold(content + sum(from.bytes()) + sum(to.bytes()) + protocol.number() + length);
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < bytes.length; i += 2) {
      sum += (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
    }
    return fold(sum);
  }

  private static int fold(int sum) {
    int folded = sum;
    while (folded > 0xffff) {
      folded = (folded >>> 16) + (folded & 0xffff);
    }
    return folded;
  }
}
