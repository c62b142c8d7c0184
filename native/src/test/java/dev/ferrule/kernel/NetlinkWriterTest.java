// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.nftables.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The wire format, on a little-endian machine. */
final class NetlinkWriterTest {

  @Test
  void writesHeadersInHostOrderAndValuesInNetworkOrder() {
    NetlinkWriter out = NetlinkWriter.onHeap();
    int message = out.beginMessage(NfTables.messageType(NfTables.NFT_MSG_NEWSET), 0x401, 7);
    out.netfilterHeader(2, 10);
    out.text(1, "ferrule");
    int nested = out.open(9);
    out.u32(1, 65536);
    out.close(nested);
    out.u64(11, 10_800_000);
    out.u8(3, 1);
    out.bytes(13, new byte[] {1, 2, 3, 4, 5});
    out.endMessage(message);
    assertThat(Hex.digits(out))
        .isEqualTo(
            Hex.digits(
                """
                4c 00 00 00 | length 76
                09 0a 01 04 | NEWSET of nf_tables, REQUEST and CREATE
                07 00 00 00 | sequence number
                00 00 00 00 | port
                02 00 00 0a | family, version, resource in network order
                0c 00 01 00 | attribute 1, 12 bytes
                66 65 72 72 75 6c 65 00 | ferrule, with a zero
                0c 00 09 80 | attribute 9, nested
                08 00 01 00 | attribute 1
                00 01 00 00 | 65536
                0c 00 0b 00 | attribute 11
                00 00 00 00 00 a4 cb 80 | 10,800,000
                05 00 03 00 | attribute 3, without its padding 5 bytes long
                01 00 00 00 |
                09 00 0d 00 | attribute 13
                01 02 03 04 05 00 00 00 | five bytes, padded
                """));
  }

  @Test
  void growsWhenItMust() {
    NetlinkWriter out = NetlinkWriter.onHeap();
    Bytes value = Bytes.of(new byte[100]);
    for (int i = 0; i < 1000; i++) {
      out.bytes(1, value);
    }
    assertThat(out.size()).isEqualTo(1000 * 104);
  }

  @Test
  void growsOutsideOfTheHeapAndGivesBack() {
    try (NativeBuffer memory = new NativeBuffer()) {
      NetlinkWriter out = new NetlinkWriter(memory.cleared(), memory);
      for (int i = 0; i < 300_000; i++) {
        out.u32(1, i);
      }
      ByteBuffer written = out.written();
      assertThat(written.remaining()).isEqualTo(300_000 * 8);
      assertThat(written.getInt(299_999 * 8 + 4)).isEqualTo(Integer.reverseBytes(299_999));
      memory.shrink();
      assertThat(memory.capacity()).isEqualTo(NativeBuffer.KEPT);
    }
  }

  @Test
  void refusesAnAttributeThatIsTooLong() {
    NetlinkWriter out = NetlinkWriter.onHeap();
    int nested = out.open(1);
    for (int i = 0; i < 8192; i++) {
      out.u32(1, i);
    }
    assertThatThrownBy(() -> out.close(nested)).hasMessage("an attribute of 65540 bytes");
  }

  @Test
  void isReadBack() {
    NetlinkWriter out = NetlinkWriter.onHeap();
    int message = out.beginMessage(3, 5, 7);
    out.netfilterHeader(2, 0);
    out.u64(1, -2);
    int nested = out.open(2);
    out.text(3, "text");
    out.close(nested);
    out.endMessage(message);
    MessageReader messages = new MessageReader(out.written(), out.size());
    assertThat(messages.next()).isTrue();
    assertThat(messages.type()).isEqualTo(3);
    assertThat(messages.flags()).isEqualTo(5);
    assertThat(messages.sequence()).isEqualTo(7);
    AttributeReader in = messages.attributes(4);
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(1);
    assertThat(in.u64()).isEqualTo(-2);
    assertThat(in.next()).isTrue();
    AttributeReader inner = in.nested();
    assertThat(inner.next()).isTrue();
    assertThat(inner.text()).isEqualTo("text");
    assertThat(inner.next()).isFalse();
    assertThat(in.next()).isFalse();
    assertThat(messages.next()).isFalse();
  }

  @Test
  void aLengthThatDoesNotFitEndsTheReading() {
    ByteBuffer broken = ByteBuffer.allocate(8).order(java.nio.ByteOrder.nativeOrder());
    broken.putShort(0, (short) 12).putShort(2, (short) 1);
    assertThat(new AttributeReader(broken, 0, 8).next()).isFalse();
    broken.putShort(0, (short) 3);
    assertThat(new AttributeReader(broken, 0, 8).next()).isFalse();
  }
}
