// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabException;
import dev.ferrule.lab.agent.Wait;
import java.time.Duration;

/** {@code ferrule.service} on a machine. */
record Service(Machine machine) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DROP_INS = "/run/systemd/system/ferrule.service.d";

  String property(String name) {
    return machine.must("systemctl show --value --property=" + name + " ferrule");
  }

  int restarts() {
    return Integer.parseInt(property("NRestarts"));
  }

  String pid() {
    return property("MainPID");
  }

  /** All that this boot's journal has of it. */
  String journal() {
    return machine.must("journalctl --boot --unit=ferrule --output=cat --no-pager");
  }

  /** Adds to the unit for the rest of the test. */
  void dropIn(String name, String text) {
    machine.must(
        "mkdir -p %s; printf '%s' > %s/%s.conf; systemctl daemon-reload"
            .formatted(DROP_INS, text.replace("\n", "\\n"), DROP_INS, name));
  }

  void removeDropIn(String name) {
    machine.must("rm %s/%s.conf; systemctl daemon-reload".formatted(DROP_INS, name));
  }

  void awaitState(String wanted) {
    Wait.until(PATIENCE, () -> property("ActiveState").equals(wanted));
    assertThat(property("ActiveState")).as(journal()).isEqualTo(wanted);
  }

  /** Waits until the journal holds something so many times. */
  void awaitTold(String text, int times) {
    if (!Wait.until(PATIENCE, () -> told(text) >= times)) {
      throw new LabException("\"" + text + "\" is not there " + times + " times:\n" + journal());
    }
  }

  int told(String text) {
    return (int) journal().lines().filter(line -> line.contains(text)).count();
  }
}
