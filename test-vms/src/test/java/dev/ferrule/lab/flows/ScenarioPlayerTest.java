// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges the judge: rules that are right by hand must pass, and each way to be wrong must not. */
@Tag("kernel")
class ScenarioPlayerTest {
  private static final String SCENARIO =
      """
      name: by-hand
      node:
        name: test-node
        ips: ["192.168.0.2"]
        interfaces: [eth0, pod1, cbr0]
        detectLocal: {mode: BridgeInterface, bridgeInterface: cbr0}
      flows:
      - {name: two, from: "10.0.0.2", proto: tcp, to: "172.30.0.41", port: 80, expect: {dnat: ["10.0.1.1:80", "10.0.1.2:80"], masquerade: false}}
      - {name: node, from: "192.168.0.2", proto: udp, to: "172.30.0.42", port: 53, expect: {dnat: ["10.0.1.1:53"], masquerade: true}}
      - {name: sctp, from: "10.0.0.2", proto: sctp, to: "172.30.0.42", port: 53, expect: {dnat: ["10.0.1.1:53"]}}
      - {name: reject, from: "10.0.0.2", proto: tcp, to: "172.30.0.43", port: 80, expect: reject}
      - {name: node reject, from: "192.168.0.2", proto: tcp, to: "172.30.0.43", port: 80, expect: reject}
      - {name: six, from: "fd00::2", proto: tcp, to: "fd00:10:96::43", port: 80, expect: reject}
      - {name: drop, from: "10.0.0.2", proto: tcp, to: "172.30.0.44", port: 80, expect: drop}
      - {name: node drop, from: "192.168.0.2", proto: tcp, to: "172.30.0.44", port: 80, expect: drop}
      - {name: pass, from: "10.0.0.2", proto: udp, to: "203.0.113.9", port: 53, expect: pass}
      - {name: weighted, from: "10.0.0.2", proto: tcp, to: "172.30.0.45", port: 80, expect: {dnat: ["10.0.1.1:80", "10.0.1.2:80"], weights: {"10.0.1.1:80": 2, "10.0.1.2:80": 1}}}
      - {name: hashed, from: "10.0.0.2", proto: tcp, to: "172.30.0.46", port: 80, expect: {dnat: ["10.0.1.1:80", "10.0.1.2:80"], hashed: true}}
      - {name: interface, from: "10.0.0.2", in: pod1, proto: tcp, to: "172.30.0.47", port: 80, expect: {dnat: ["10.0.1.1:80"]}}
      - {name: bridge, from: "10.0.0.2", in: cbr0, proto: tcp, to: "172.30.0.47", port: 80, expect: {dnat: ["10.0.1.2:80"]}}
      - {name: closed port, from: "10.0.0.2", proto: tcp, to: "192.168.0.2", port: 22, expect: pass}
      """;

  private static final String RIGHT =
      """
      table ip byhand {
        chain pick {
          ip daddr 172.30.0.41 tcp dport 80 dnat to numgen random mod 2 map { 0 : 10.0.1.1, 1 : 10.0.1.2 }
          ip daddr 172.30.0.42 meta l4proto { udp, sctp } th dport 53 dnat to 10.0.1.1
        }
        chain more {
          ip daddr 172.30.0.45 dnat to numgen random mod 3 map { 0-1 : 10.0.1.1, 2 : 10.0.1.2 }
          ip daddr 172.30.0.46 dnat to jhash ip saddr mod 2 map { 0 : 10.0.1.1, 1 : 10.0.1.2 }
          ip daddr 172.30.0.47 iifname "pod1" dnat to 10.0.1.1
          ip daddr 172.30.0.47 iifname "cbr0" dnat to 10.0.1.2
        }
        chain pre {
          type nat hook prerouting priority -100;
          jump pick
          jump more
        }
        chain out {
          type nat hook output priority -100;
          jump pick
        }
        chain post {
          type nat hook postrouting priority 100;
          ip daddr 10.0.1.1 udp dport 53 masquerade
        }
        chain refuse {
          ip daddr 172.30.0.43 reject
          ip daddr 172.30.0.44 drop
        }
        chain forwarded {
          type filter hook forward priority 0;
          jump refuse
        }
        chain sent {
          type filter hook output priority 0;
          jump refuse
        }
      }
      table ip6 byhand {
        chain forwarded {
          type filter hook forward priority 0;
          ip6 daddr fd00:10:96::43 reject
        }
      }
      """;

  @TempDir private Path work = Path.of("");

  @Test
  void rightRulesPass() throws IOException {
    assertThat(play(RIGHT)).isEmpty();
  }

  @Test
  void withoutRulesOnlyWhatPassesIsRight() throws IOException {
    assertThat(play(""))
        .hasSize(12)
        .noneMatch(c -> c.startsWith("pass:") || c.startsWith("closed port:"));
  }

  @Test
  void oneTargetInsteadOfTwo() throws IOException {
    assertThat(
            play(
                RIGHT.replace(
                    "random mod 2 map { 0 : 10.0.1.1, 1 : 10.0.1.2",
                    "random mod 2 map { 0 : 10.0.1.1, 1 : 10.0.1.1")))
        .singleElement()
        .asString()
        .startsWith("two:")
        .contains("dnat to [10.0.1.1:80]");
  }

  @Test
  void aLopsidedChoice() throws IOException {
    // In turn, not at random: two of 48, every time.
    String few = "numgen inc mod 48 map { 0-45 : 10.0.1.1, 46-47 : 10.0.1.2 }";
    assertThat(play(RIGHT.replace("numgen random mod 2 map { 0 : 10.0.1.1, 1 : 10.0.1.2 }", few)))
        .singleElement()
        .asString()
        .startsWith("two:");
  }

  @Test
  void otherWeights() throws IOException {
    assertThat(
            play(RIGHT.replace("mod 3 map { 0-1 : 10.0.1.1, 2 ", "mod 2 map { 0 : 10.0.1.1, 1 ")))
        .singleElement()
        .asString()
        .startsWith("weighted:");
  }

  @Test
  void aRandomChoiceIsNoHash() throws IOException {
    assertThat(play(RIGHT.replace("jhash ip saddr mod 2", "numgen inc mod 2")))
        .singleElement()
        .asString()
        .startsWith("hashed:");
  }

  @Test
  void aHashThatChangesWithoutNeed() throws IOException {
    String later =
        """
        steps:
        - name: later
          flows:
          - {name: again, from: "10.0.0.2", proto: tcp, to: "172.30.0.46", port: 80, expect: {dnat: ["10.0.1.1:80", "10.0.1.2:80"], hashed: true}}
        """;
    String other =
        """
        flush chain ip byhand more
        add rule ip byhand more ip daddr 172.30.0.46 dnat to jhash ip saddr mod 2 map { 0 : 10.0.1.2, 1 : 10.0.1.1 }
        """;
    assertThat(play(SCENARIO + later, RIGHT, "")).isEmpty();
    assertThat(play(SCENARIO + later, RIGHT, other))
        .singleElement()
        .asString()
        .startsWith("later: again:")
        .contains("sources left a target that is still there");
  }

  @Test
  void conntrackEntriesThatStayAndThatGo() throws IOException {
    String entries =
        """
        conntrack:
          entries:
          - {proto: udp, origDst: "172.30.0.10", origDstPort: 53, replySrc: "10.0.1.1", replySrcPort: 53, expect: keep}
          - {proto: udp, origDst: "fd00:10:96::10", origDstPort: 53, replySrc: "fd00::1", replySrcPort: 5353, expect: delete}
          - {proto: tcp, origDst: "172.30.0.10", origDstPort: 53, replySrc: "10.0.1.1", replySrcPort: 53, expect: delete}
          - {proto: sctp, origDst: "172.30.0.10", origDstPort: 53, replySrc: "172.30.0.10", replySrcPort: 53, expect: keep}
        """;
    assertThat(play(SCENARIO + entries, RIGHT))
        .containsExactly(
            "conntrack entry udp fd00:10:96::10:53 <- fd00::1:5353 is still there",
            "conntrack entry tcp 172.30.0.10:53 <- 10.0.1.1:53 is still there");
  }

  @Test
  void masqueradeWhereNoneIsWanted() throws IOException {
    assertThat(play(RIGHT.replace("ip daddr 10.0.1.1 udp dport 53 masquerade", "masquerade")))
        .anyMatch(c -> c.startsWith("two:") && c.contains("masquerade is true"));
  }

  @Test
  void aResetIsNotARejectAndADropNeither() throws IOException {
    assertThat(play(RIGHT.replace("172.30.0.43 reject", "172.30.0.43 drop")))
        .hasSize(2)
        .allMatch(c -> c.contains("reject: ") && c.contains("REJECT"));
    assertThat(play(RIGHT.replace("172.30.0.43 reject", "172.30.0.43 reject with tcp reset")))
        .allMatch(c -> c.contains("reset, expected REJECT"))
        .hasSize(2);
  }

  @Test
  void aRejectIsNotADrop() throws IOException {
    assertThat(play(RIGHT.replace("172.30.0.44 drop", "172.30.0.44 reject")))
        .hasSize(2)
        .allMatch(c -> c.contains("reject, expected DROP"));
  }

  @Test
  void theBystanderMustSurvive() throws IOException {
    assertThat(play("delete " + Bench.FOREIGN_TABLE + "\n" + RIGHT))
        .contains("the bystander's table was changed");
  }

  private List<String> play(String rules) throws IOException {
    return play(SCENARIO, rules);
  }

  private List<String> play(String scenario, String... rulesOfSteps) throws IOException {
    Path file = Files.writeString(work.resolve("scenario.yaml"), scenario);
    Iterator<String> rules = List.of(rulesOfSteps).iterator();
    ScenarioPlayer player =
        new ScenarioPlayer(RuleTarget.NFTABLES, place -> new ByHand(rules, place));
    return player.play(Scenario.read(file), Files.createTempDirectory(work, "played"));
  }

  /** Rules that do not depend on manifests. */
  private record ByHand(Iterator<String> rules, Applier.Place place) implements Applier {
    @Override
    public void sync() {
      Command.Result loaded = place.node().execWithInput(rules.next(), "nft", "-f", "-");
      assertThat(loaded.said()).isEmpty();
    }

    @Override
    public void stop() {
      // nothing runs
    }

    @Override
    public Duration patience() {
      return Duration.ZERO;
    }

    @Override
    public boolean answers() {
      return false;
    }
  }
}
