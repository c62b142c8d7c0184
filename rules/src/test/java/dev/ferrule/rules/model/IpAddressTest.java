// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "172.30.0.041, 172.30.0.41",
    "010.001.000.255, 10.1.0.255",
    "::, ::",
    "::1, ::1",
    "fd00:10:96::0010, fd00:10:96::10",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:0:2:0:3:0:4:0, 1:0:2:0:3:0:4:0",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::ffff:1.2.3.4, 1.2.3.4",
    "64:ff9b::1.2.3.4, 64:ff9b::102:304",
  })
  void readsAnAddressAndWritesItsNormalForm(String text, String normal) {
    assertThat(IpAddress.parse(text)).hasToString(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.x", "1..2.3", " 1.2.3.4", "1.2.3.-4",
        "localhost", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::",
        "1:2:3:4:5:6:7:8::", "fe80::1%eth0", "1.2.3.٤"
      })
  void refusesWhatIsNoAddressAndNamesIt(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Property
  void bytesAndTextLeadBackToTheAddress(@ForAll @Size(16) byte[] bytes)
      throws UnknownHostException {
    IpAddress address = IpAddress.ofBytes(bytes);
    assertThat(address.bytes()).isEqualTo(bytes);
    assertThat(InetAddress.getByName(address.toString()).getAddress())
        .isEqualTo(InetAddress.getByAddress(bytes).getAddress());
  }

  @Property
  void ipv4BytesAndTextLeadBackToTheAddress(@ForAll @Size(4) byte[] bytes) {
    IpAddress address = IpAddress.ofBytes(bytes);
    assertThat(address.bytes()).isEqualTo(bytes);
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
  }

  @Test
  void theNextAddressCarriesIntoTheUpperHalf() {
    assertThat(IpAddress.parse("fd00::ffff:ffff:ffff:ffff").next()).hasToString("fd00:0:0:1::");
    assertThat(IpAddress.parse("10.0.0.255").next()).hasToString("10.0.1.0");
  }

  @Test
  void rangesContainWhatSharesTheirPrefix() {
    Cidr range = Cidr.parse("10.96.7.9/12");
    assertThat(range).hasToString("10.96.0.0/12");
    assertThat(range.last()).hasToString("10.111.255.255");
    assertThat(range.contains(IpAddress.parse("10.111.255.255"))).isTrue();
    assertThat(range.contains(IpAddress.parse("10.112.0.0"))).isFalse();
    assertThat(range.contains(IpAddress.parse("::"))).isFalse();
    assertThat(Cidr.parse("fd00:10:96::/112").last()).hasToString("fd00:10:96::ffff");
    assertThat(Cidr.parse("2001:db8::/32").last())
        .hasToString("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
    assertThat(Cidr.parse("::/0").contains(IpAddress.parse("ffff::"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "x/8", "::/129"})
  void refusesWhatIsNoRangeAndNamesIt(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }
}
