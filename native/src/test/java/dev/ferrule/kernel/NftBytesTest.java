// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our bytes are those that nft 1.0.6 sends for the same text (on a little-endian machine). */
final class NftBytesTest {

  private final SampleTable sample = new SampleTable(IpFamily.IPV4);

  @Test
  void aVerdict() throws IOException {
    assertThat(expressions(new Statement.Goto("pick2")))
        .isEqualTo(Hex.digits(Golden.text("goto.hex")));
  }

  @Test
  void aMatchOfTheConnection() throws IOException {
    assertThat(expressions(new Statement.ConnectionIsTranslated(), new Statement.Jump("post")))
        .isEqualTo(Hex.digits(Golden.text("jump-if-translated.hex")));
  }

  @Test
  void elementsOfAVerdictMap() throws IOException {
    IpAddress node = IpAddress.parse("192.168.0.2");
    Element first =
        new Element(
            ElementKey.single(SampleTable.bytes(node, Protocol.TCP, 31001)),
            new ElementValue.GotoChain("pick2"),
            "a/b:c");
    Element second =
        Element.of(
            ElementKey.single(SampleTable.bytes(node, Protocol.TCP, 31002)), ElementValue.drop());
    assertThat(elements(sample.services(), first, second))
        .endsWith(Hex.digits(Golden.text("verdict-elements.hex")));
  }

  /** But for the first element of nft, an end without a start, which the kernel does not need. */
  @Test
  void ranges() throws IOException {
    assertThat(
            elements(
                sample.pods(),
                sample.member(Cidr.parse("10.0.0.0/8"), "pods"),
                sample.member(Cidr.parse("11.0.0.1/32"), ""),
                sample.member(Cidr.parse("240.0.0.0/4"), "")))
        .endsWith(Hex.digits(Golden.text("ranges.hex")));
  }

  /** What makes nft list the slot of a key as a number. */
  @Test
  void userdataOfAMapWithSlots() {
    assertThat(Hex.digits(SetUserdata.of(IpFamily.IPV4, sample.endpoints(0))))
        .isEqualTo(
            Hex.digits(
                """
                00 04 00 00 00 00 | byte order of the key: none
                01 04 00 00 00 00 | byte order of the data: none
                03 60             | typeof of the key, 96 bytes
                00 04 0d 00 00 00 |   a concatenation
                01 58             |   of
                00 14             |     0:
                00 04 07 00 00 00 |       payload
                01 0c             |
                00 04 0c 00 00 00 |         ip
                01 04 0c 00 00 00 |         daddr
                01 0e             |     1:
                00 04 09 00 00 00 |       meta
                01 06             |
                00 04 10 00 00 00 |         l4proto
                02 14             |     2:
                00 04 07 00 00 00 |       payload
                01 0c             |
                00 04 0b 00 00 00 |         th
                01 04 02 00 00 00 |         dport
                03 1a             |     3:
                00 04 17 00 00 00 |       numgen
                01 12             |
                00 04 01 00 00 00 |         random
                01 04 00 00 01 00 |         mod 65536
                02 04 00 00 00 00 |         offset 0
                04 34             | typeof of the data, 52 bytes
                00 04 0d 00 00 00 |   a concatenation
                01 2c             |   of
                00 14             |     0:
                00 04 07 00 00 00 |       payload
                01 0c             |
                00 04 0c 00 00 00 |         ip
                01 04 0c 00 00 00 |         daddr
                01 14             |     1:
                00 04 07 00 00 00 |       payload
                01 0c             |
                00 04 0b 00 00 00 |         th
                01 04 02 00 00 00 |         dport
                """));
  }

  @Test
  void userdataOfAnIpv6MapDiffersInTheAddress() {
    String ipv4 = Hex.digits(SetUserdata.of(IpFamily.IPV4, sample.endpoints(0)));
    String ipv6 =
        Hex.digits(SetUserdata.of(IpFamily.IPV6, new SampleTable(IpFamily.IPV6).endpoints(0)));
    assertThat(ipv6)
        .isEqualTo(ipv4.replace("00 04 0c 00 00 00 01 04 0c 00", "00 04 0d 00 00 00 01 04 09 00"));
  }

  @Test
  void userdataOfASetWithOneField() {
    assertThat(Hex.digits(SetUserdata.of(IpFamily.IPV4, sample.clusterIps())))
        .isEqualTo("00 04 02 00 00 00");
  }

  private static String expressions(Statement... statements) {
    NetlinkWriter out = NetlinkWriter.onHeap();
    int list = out.open(NfTables.NFTA_RULE_EXPRESSIONS);
    ExpressionWriter writer = new ExpressionWriter(out);
    RuleEncoder.encode(IpFamily.IPV4, new Rule(List.of(statements))).forEach(writer::write);
    out.close(list);
    return Hex.digits(out);
  }

  private static String elements(SetDeclaration declaration, Element... elements) {
    Batch batch = new Batch(NetlinkWriter.onHeap(), 1);
    new ElementWriter(batch).add(IpFamily.IPV4, declaration, List.of(elements));
    return Hex.digits(batch.out());
  }
}
