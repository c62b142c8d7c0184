// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.KernelState;

/** What a dry run compares with first. */
final class DryRunStart {

  private DryRunStart() {}

  /** What the kernel holds, or nothing if it may not be read. */
  static KernelState state(Backend backend, AgentLog log) {
    try (KernelRules kernel = backend.open(log::line)) {
      return kernel.read();
    } catch (KernelException e) {
      log.log().warning("comparing with nothing: " + e.getMessage());
      return KernelState.NONE;
    }
  }
}
