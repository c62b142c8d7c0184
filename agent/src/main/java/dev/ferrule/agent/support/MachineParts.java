// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Map;
import java.util.TreeMap;

/** What goes on in this Java machine. */
public final class MachineParts {

  private MachineParts() {}

  /** Where each thread is, in the order of their names. */
  public static String threads() {
    Map<String, StringBuilder> threads = new TreeMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              StringBuilder text =
                  threads.computeIfAbsent(thread.getName(), name -> new StringBuilder());
              text.append(thread.getName()).append(", ").append(thread.getState()).append('\n');
              for (StackTraceElement frame : stack) {
                text.append("  at ").append(frame).append('\n');
              }
              text.append('\n');
            });
    return String.join("", threads.values());
  }

  /** Memory and garbage collection so far. */
  public static String memory() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    StringBuilder text = new StringBuilder();
    text.append("heap ").append(memory.getHeapMemoryUsage()).append('\n');
    text.append("other ").append(memory.getNonHeapMemoryUsage()).append('\n');
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      text.append(collector.getName())
          .append(": ")
          .append(collector.getCollectionCount())
          .append(" times, ")
          .append(collector.getCollectionTime())
          .append(" ms\n");
    }
    return text.toString();
  }
}
