// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** The memory of this process. */
final class Heap {

  private Heap() {}

  /**
   * Gives back what only the first load needed: several times what following needs, and an idle
   * agent would keep it for good, as nothing else makes the collector look.
   *
   * <p>From here on little of the heap may be free. During the load that would cost a full
   * collection for every tenth that it grows, half of the time of the load.
   */
  @SuppressWarnings("SystemGcCall") // once, between start and idle
  static void shrink() {
    HotSpotDiagnosticMXBean virtualMachine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (virtualMachine != null) {
      virtualMachine.setVMOption("MinHeapFreeRatio", "10");
      virtualMachine.setVMOption("MaxHeapFreeRatio", "20");
    }
    System.gc();
  }
}
