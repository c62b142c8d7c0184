// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules and their text, which iptables-save 1.8.9 prints the same. */
final class XtTextTest {

  private static final XtMatch TCP = new XtMatch.ProtocolIs(Protocol.TCP);

  record InFamily(IpFamily family, XtRule rule) {}

  @Provide
  Arbitrary<InFamily> anyRules() {
    return AnyRules.families()
        .flatMap(family -> AnyRules.rules(family).map(rule -> new InFamily(family, rule)));
  }

  @Property
  void whatIsWrittenIsReadBack(@ForAll("anyRules") InFamily any) {
    XtRule rule = any.rule();
    boolean foreign = rule.action() instanceof XtAction.Foreign;
    XtRule expected = foreign ? XtRule.of(rule.action()) : rule;
    assertThat(XtParser.parse(any.family(), XtText.of(any.family(), rule))).isEqualTo(expected);
  }

  @Property
  void readingNeverFails(@ForAll IpFamily family, @ForAll String text) {
    assertThat(XtParser.parse(family, text).action()).isNotNull();
  }

  @Property
  void readingDamagedRulesNeverFails(
      @ForAll("anyRules") InFamily any, @ForAll int from, @ForAll int to) {
    String text = XtText.of(any.family(), any.rule());
    int cut = Math.floorMod(from, text.length() + 1);
    int end = Math.min(text.length(), cut + Math.floorMod(to, 4));
    XtRule read = XtParser.parse(any.family(), text.substring(0, cut) + text.substring(end));
    assertThat(XtParser.parse(any.family(), XtText.of(any.family(), read))).isEqualTo(read);
  }

  @Property
  void chancesAreRoundedAsTheCLibraryDoes(@ForAll @LongRange(min = 0, max = 1L << 31) long ticks) {
    BigDecimal exact = new BigDecimal(ticks).divide(new BigDecimal(1L << 31));
    assertThat(XtText.probability(ticks))
        .isEqualTo(exact.setScale(11, RoundingMode.HALF_EVEN).toPlainString());
  }

  @Test
  void aServiceLooksLikeThis() {
    XtRule rule =
        new XtRule(
            List.of(
                new XtMatch.Destination(Cidr.parse("10.96.0.10/32"), false),
                TCP,
                new XtMatch.Port(Protocol.TCP, 80, 80)),
            "ns/web:http ClusterIP",
            new XtAction.Goto("FERRULE-SVC-0123456789ABCDEF"));
    assertThat(XtText.of(IpFamily.IPV4, "FERRULE-SERVICES", rule))
        .isEqualTo(
            "-A FERRULE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment"
                + " \"ns/web:http ClusterIP\" -m tcp --dport 80 -g FERRULE-SVC-0123456789ABCDEF");
  }

  @Test
  void matchesHaveOneOrderAndNeighboursOfOneModuleAreMerged() {
    XtMatch port = new XtMatch.Port(Protocol.TCP, 0, 1);
    XtMatch source = new XtMatch.Source(Cidr.parse("127.0.0.0/8"), true);
    XtMatch state = new XtMatch.State(Set.of(XtMatch.ConnectionState.DNAT), false);
    XtRule rule =
        XtRule.of(
            new XtAction.ResetConnection(),
            new XtMatch.FromClient(),
            state,
            new XtMatch.NotSyn(),
            port,
            TCP,
            source);
    assertThat(rule.matches())
        .containsExactly(source, TCP, port, new XtMatch.NotSyn(), state, new XtMatch.FromClient());
    assertThat(XtText.of(IpFamily.IPV4, rule))
        .isEqualTo(
            "! -s 127.0.0.0/8 -p tcp -m tcp --dport 0:1 ! --tcp-flags FIN,SYN,RST,ACK SYN"
                + " -m conntrack --ctstate DNAT --ctdir ORIGINAL -j REJECT --reject-with tcp-reset");
  }

  @Test
  void whatAlwaysHoldsIsLeftOut() {
    XtRule rule =
        XtRule.of(
            new XtAction.Return(),
            new XtMatch.Source(Cidr.parse("0.0.0.0/0"), false),
            TCP,
            new XtMatch.Port(Protocol.TCP, 0, 65_535));
    assertThat(rule).isEqualTo(XtRule.of(new XtAction.Return(), TCP));
  }

  @Test
  void twoMatchesOfAKindAreNoRule() {
    assertThatThrownBy(
            () -> XtRule.of(new XtAction.Return(), TCP, new XtMatch.ProtocolIs(Protocol.UDP)))
        .hasMessageContaining("UDP");
  }

  @Test
  void rulesOfIpv6HaveFormsOfTheirOwn() {
    assertThat(XtText.of(IpFamily.IPV6, XtRule.of(new XtAction.Reject())))
        .isEqualTo("-j REJECT --reject-with icmp6-port-unreachable");
    assertThat(
            XtText.of(
                IpFamily.IPV6,
                XtRule.of(
                    new XtAction.TranslateTo(new Backend(IpAddress.parse("fd00::1"), 80)),
                    new XtMatch.Remember("FERRULE-X"))))
        .isEqualTo(
            "-m recent --set --name FERRULE-X --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                + " --rsource -j DNAT --to-destination [fd00::1]:80");
    assertThat(XtText.address(new IpAddress(IpFamily.IPV6, 0, 0x1_0002L))).isEqualTo("::0.1.0.2");
    assertThat(XtText.address(new IpAddress(IpFamily.IPV6, 0, 2))).isEqualTo("::2");
    assertThat(XtText.address(new IpAddress(IpFamily.IPV6, 0, 0xffff_0102_0304L)))
        .isEqualTo("::ffff:1.2.3.4");
  }

  @Test
  void commentsAreQuotedLikeIptablesSaveDoes() {
    assertThat(comment("plain_1-x")).isEqualTo("plain_1-x");
    assertThat(comment("a\"b'c\\d")).isEqualTo("\"a\\\"b\\'c\\\\d\"");
    assertThat(comment("two\nlines")).isEqualTo("\"two lines\"");
  }

  private static String comment(String comment) {
    XtRule rule = new XtRule(List.of(), comment, new XtAction.Return());
    String text = XtText.of(IpFamily.IPV4, rule);
    return text.substring("-m comment --comment ".length(), text.length() - " -j RETURN".length());
  }

  @Test
  void longCommentsAreCutBetweenCharacters() {
    XtRule rule = new XtRule(List.of(), "é".repeat(200), new XtAction.Return());
    assertThat(rule.comment()).isEqualTo("é".repeat(127));
    assertThat(rule.comment().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(256);
  }

  @Test
  void interfacesAreKeptAsIptablesReadsThem() {
    assertThat(new XtMatch.ArrivesOn(new PodInterface("veth+", false), false))
        .isEqualTo(new XtMatch.ArrivesOn(new PodInterface("veth", true), false));
    assertThat(new XtMatch.ArrivesOn(new PodInterface("abcdefghijklmno", true), false))
        .isEqualTo(new XtMatch.ArrivesOn(new PodInterface("abcdefghijklmno", false), false));
    assertThat(new XtMatch.ArrivesOn(new PodInterface("abcdefghijklmn+", true), false))
        .isEqualTo(new XtMatch.ArrivesOn(new PodInterface("abcdefghijklmn", true), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-j KUBE-SERVICES",
        "-j LOG --log-prefix \"x\"",
        "-p icmp -j ACCEPT",
        "-s 10.0.0.0/255.0.255.0 -j ACCEPT",
        "-s 10.0.0.1/8 -j ACCEPT",
        "-d fd00::/8 -j ACCEPT",
        "-p tcp -m tcp -j ACCEPT",
        "-p tcp -m tcp --sport 80 -j ACCEPT",
        "-p tcp -m tcp ! --dport 80 -j ACCEPT",
        "-m comment --comment \"\" -j ACCEPT",
        "-m comment --comment one -m comment --comment two -j ACCEPT",
        "-m mark --mark 0x1/0x1 -m mark --mark 0x2/0x2 -j ACCEPT",
        "-m conntrack --ctstate NEW,CLOSED -j ACCEPT",
        "-m statistic --mode random --probability 1e-3 -j ACCEPT",
        "-m statistic --mode random --probability 0.33333333333 -j ACCEPT",
        "-m statistic --mode nth --every 3 --packet 0 -j ACCEPT",
        "-m recent --set --name A --mask 255.255.255.255 --rsource -m mark --mark 0x1 -j ACCEPT",
        "-m recent --set --name A --mask 255.255.255.255 --rdest -j ACCEPT",
        "-j REJECT --reject-with icmp-host-prohibited",
        "-j MASQUERADE",
        "-j DNAT --to-destination 10.0.0.1:80-90",
        "-j DNAT --to-destination 10.0.0.1:80 --random",
        "-i + -j ACCEPT",
        "-m comment --comment \"unfinished"
      })
  void whatWeWouldNotWriteIsForeign(String text) {
    assertThat(XtParser.parse(IpFamily.IPV4, text))
        .isEqualTo(XtRule.of(new XtAction.Foreign(text)));
    assertThat(text).isEqualTo(XtText.of(IpFamily.IPV4, XtRule.of(new XtAction.Foreign(text))));
  }

  @Test
  void modulesMayComeInAnotherOrder() {
    assertThat(
            XtParser.parse(
                IpFamily.IPV4,
                "-p tcp -m mark --mark 0x4000/0x4000 -m tcp --dport 80 -m comment --comment x"
                    + " -j FERRULE-X"))
        .isEqualTo(
            new XtRule(
                List.of(
                    TCP,
                    new XtMatch.Port(Protocol.TCP, 80, 80),
                    new XtMatch.Mark(0x4000, 0x4000, false)),
                "x",
                new XtAction.Jump("FERRULE-X")));
  }

  @Test
  void textDoesNotDependOnTheLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(XtText.probability(1)).isEqualTo("0.00000000047");
    } finally {
      Locale.setDefault(before);
    }
  }
}
