// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which iptables is taken. */
final class IptablesChoiceTest {

  private static final IptablesVariant LEGACY = IptablesVariant.LEGACY;
  private static final IptablesVariant NFT = IptablesVariant.NFT;

  @TempDir Path folder;

  private static HostRules rules(String... lines) {
    HostRules rules = new HostRules();
    List.of(lines).forEach(rules::accept);
    return rules;
  }

  @Test
  void ourRulesAndEmptyTablesAreNotTheHosts() {
    assertThat(
            rules(
                    "*nat",
                    ":PREROUTING ACCEPT [0:0]",
                    ":FERRULE-SERVICES - [0:0]",
                    "-A PREROUTING -m comment --comment ferrule -j FERRULE-SERVICES",
                    "-A FERRULE-SERVICES -p tcp -j ACCEPT",
                    "COMMIT")
                .count())
        .isZero();
    assertThat(rules(":FORWARD DROP [0:0]", ":DOCKER - [0:0]", "-A FORWARD -j DOCKER").count())
        .isEqualTo(3);
  }

  @Test
  void theOneWithTheHostsRulesIsTaken() {
    HostRules some = rules("-A INPUT -j DROP");
    IptablesChoice choice = IptablesChoice.of(Map.of(LEGACY, some, NFT, rules()), NFT);
    assertThat(choice.variant()).isEqualTo(LEGACY);
    assertThat(choice.warning()).isEmpty();
  }

  @Test
  void ifBothOrNoneHaveRulesItIsWhatIptablesItselfIs() {
    HostRules some = rules("-A INPUT -j DROP");
    assertThat(IptablesChoice.of(Map.of(LEGACY, rules(), NFT, rules()), LEGACY).variant())
        .isEqualTo(LEGACY);
    IptablesChoice both = IptablesChoice.of(Map.of(LEGACY, some, NFT, some), NFT);
    assertThat(both.variant()).isEqualTo(NFT);
    assertThat(both.warning())
        .startsWith("iptables-legacy holds 1 rules or chains of other programs");
  }

  @Test
  void theKubeletsHintDecides() {
    HostRules kubelet = rules(":KUBE-IPTABLES-HINT - [0:0]");
    HostRules some = rules("-A INPUT -j DROP");
    assertThat(IptablesChoice.of(Map.of(LEGACY, kubelet, NFT, some), NFT).variant())
        .isEqualTo(LEGACY);
  }

  @Test
  void theOnlyOneIsTaken() {
    assertThat(IptablesChoice.of(Map.of(LEGACY, rules()), null).variant()).isEqualTo(LEGACY);
  }

  @Test
  void aHostWithoutIptablesIsToldWhatToInstall() {
    assertThatThrownBy(() -> IptablesChoice.detect(new IptablesPrograms(List.of(folder))))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("install the package iptables");
  }

  @Test
  void aProgramWithoutAVariantInItsNameIsAsked() throws Exception {
    program("iptables-restore", "iptables-restore v1.8.9 (legacy)");
    program("iptables-save", "");
    IptablesPrograms programs = new IptablesPrograms(List.of(folder));
    assertThat(programs.find(LEGACY, IpFamily.IPV4, "save"))
        .isEqualTo(folder.resolve("iptables-save"));
    assertThatThrownBy(() -> programs.find(NFT, IpFamily.IPV4, "save"))
        .hasMessageContaining("iptables-save is iptables-legacy");
    assertThatThrownBy(() -> programs.find(LEGACY, IpFamily.IPV6, "restore"))
        .hasMessage(
            "could not find ip6tables-legacy-restore because it is not installed; install the"
                + " package iptables, or put the program's folder into PATH");
    assertThat(IptablesChoice.detect(programs).variant()).isEqualTo(LEGACY);
  }

  private void program(String name, String answer) throws Exception {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho '" + answer + "'\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @KernelTest
  void lookingMakesNoTables() throws Exception {
    IptablesChoice.detect();
    assertThat(Command.run("nft", "list", "ruleset")).isEmpty();
    Command.run("iptables-legacy", "-A", "INPUT", "-j", "DROP");
    IptablesChoice choice = IptablesChoice.detect();
    assertThat(choice.variant()).isEqualTo(LEGACY);
    assertThat(choice.reason()).isEqualTo("the host's own rules are there");
  }
}
