// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How findings are put in order and shown. */
class FindingsTest {

  private static final List<Finding> FINDINGS =
      Doctor.sorted(
          List.of(
              Topic.KERNEL.ok("Linux 6.1"),
              Topic.CLOCK.found(Severity.NOTE, "nobody keeps it"),
              Topic.IP_FORWARD.found(Severity.ERROR, "it is 0"),
              Topic.PORTS.found(Severity.WARNING, "taken by \u001b[2J", "stop it"),
              Topic.IPTABLES.unseen("no privilege")));

  @Test
  void theWorstComesFirstAndWhatIsWellIsCounted() {
    assertThat(FindingsText.of(FINDINGS, false, false))
        .isEqualTo(
            """
            ERROR   ip-forward: it is 0
                    -> sysctl -w net.ipv4.ip_forward=1
            WARNING ports: taken by  [2J
                    -> stop it
            NOTE    iptables: not looked at: no privilege
                    -> sudo ferrule doctor
            NOTE    clock: nobody keeps it
                    -> apt-get install systemd-timesyncd, or chrony
            1 error, 1 warning, 2 notes; 1 ok
            """);
    assertThat(FindingsText.of(FINDINGS, true, false)).contains("OK      kernel: Linux 6.1\n");
    assertThat(FindingsText.of(FINDINGS, false, true)).contains("\u001b[31mERROR  \u001b[0m ip-f");
  }

  @Test
  void programsGetEverything() {
    assertThat(FindingsJson.of(FINDINGS))
        .startsWith("{\n  \"severity\" : \"error\",\n  \"findings\" : [ {\n")
        .contains("\"check\" : \"ip-forward\"", "\"seen\" : false", "\"severity\" : \"ok\"");
    assertThat(FindingsJson.of(List.of())).contains("\"severity\" : \"ok\"");
  }
}
