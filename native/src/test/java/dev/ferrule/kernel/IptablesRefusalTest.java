// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.model.IpFamily;
import org.junit.jupiter.api.Test;

/** What the operator reads, from what iptables 1.8.9 said. */
final class IptablesRefusalTest {

  private static final RestoreScript SCRIPT =
      SampleChains.writing(IpFamily.IPV4, "FERRULE-A", XtRule.of(new XtAction.Jump("FERRULE-B")));

  private static KernelException of(String errors) {
    return new IptablesRefusal(
            "change the rules of iptables-nft",
            "/usr/sbin/iptables-nft-restore",
            new ChildProcess.End(2, errors))
        .of(SCRIPT, 5);
  }

  @Test
  void theLineIsQuoted() {
    assertThat(
            of(
                """
                iptables-nft-restore v1.8.9 (nf_tables): Chain 'FERRULE-B' does not exist
                Error occurred at line: 3
                Try `iptables-nft-restore -h' or 'iptables-nft-restore --help' for more information."""))
        .hasMessage(
            "could not change the rules of iptables-nft because /usr/sbin/iptables-nft-restore"
                + " refused line 3, `-A FERRULE-A -j FERRULE-B`: Chain 'FERRULE-B' does not exist");
    assertThat(
            of(
                """
                iptables-nft-restore v1.8.9 (nf_tables):\s
                line 3: RULE_APPEND failed (Invalid argument): rule in chain FERRULE-A"""))
        .hasMessageEndingWith(
            "refused line 3, `-A FERRULE-A -j FERRULE-B`: RULE_APPEND failed (Invalid argument):"
                + " rule in chain FERRULE-A");
  }

  @Test
  void aTableThatTheKernelRefusesAsAWholeIsNamed() {
    assertThat(of("iptables-restore: line 4 failed"))
        .hasMessageEndingWith(
            "refused line 4, the end of table nat, so the kernel refused a rule of it; `dmesg`"
                + " may say which");
  }

  @Test
  void whatIsKnownOnlyAtTheEndOfATableIsSaid() {
    assertThat(
            of(
                """
                iptables-nft-restore v1.8.9 (nf_tables): Chain 'FERRULE-B' does not exist
                Error occurred at line: 4"""))
        .hasMessageEndingWith(
            "refused line 4, the end of table nat: Chain 'FERRULE-B' does not exist");
  }

  @Test
  void theLockIsNamed() {
    KernelException e =
        of("Another app is currently holding the xtables lock. Stopped waiting after 5s.");
    assertThat(e)
        .hasMessageContaining("another program holds the xtables lock (/run/xtables.lock)")
        .hasMessageContaining("waited 5 seconds");
    assertThat(e.errnoName()).isEqualTo("EAGAIN");
  }

  @Test
  void aMissingPrivilegeIsNamed() {
    for (String errors :
        new String[] {
          "iptables-nft-restore v1.8.9 (nf_tables): Could not fetch rule set generation id:"
              + " Permission denied (you must be root)",
          "Fatal: can't open lock file /run/xtables.lock: Permission denied"
        }) {
      assertThat(of(errors).isMissingPrivilege()).isTrue();
      assertThat(of(errors)).hasMessageContaining(NftablesKernel.NEEDS_PRIVILEGE);
    }
  }

  @Test
  void aTableThatIsNotThereHasTwoPossibleReasons() {
    assertThat(
            of(
                """
                iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'
                Error occurred at line: 1
                Try `iptables-restore -h' or 'iptables-restore --help' for more information."""))
        .hasMessageContaining("unable to initialize table 'nat'")
        .hasMessageContaining("modprobe")
        .hasMessageContaining("root");
  }

  @Test
  void whatIsNotKnownIsGivenAsItIs() {
    assertThat(of("Segmentation fault")).hasMessageEndingWith("because Segmentation fault");
    assertThat(of("")).hasMessageEndingWith("because it ended with code 2");
  }
}
