// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.util.Map;

/** What a dry run compares with first. */
final class DryRunStart {

  private DryRunStart() {}

  /** The kernel's tables, or none if they may not be read. */
  static Map<IpFamily, TableState> tables(AgentLog log) {
    try (KernelTables kernel = KernelTables.open()) {
      return kernel.read();
    } catch (KernelException e) {
      log.line("comparing with nothing: " + e.getMessage());
      return Map.of();
    }
  }
}
