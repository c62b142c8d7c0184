// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.HostTables;
import dev.ferrule.kernel.KernelException;
import java.util.List;
import java.util.Set;

final class FirewalldCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.FIREWALLD;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    return List.of(judge(HostTables.names()));
  }

  /**
   * @param tables of nf_tables, with the family in front
   */
  static Finding judge(Set<String> tables) {
    return tables.stream()
        .filter(table -> table.endsWith(" firewalld"))
        .findFirst()
        .map(
            table ->
                Topic.FIREWALLD.found(
                    Severity.WARNING,
                    "table "
                        + table
                        + " is there: firewalld rejects forwarded packets unless their zone allows"
                        + " them"))
        .orElseGet(() -> Topic.FIREWALLD.ok("no table of firewalld"));
  }
}
