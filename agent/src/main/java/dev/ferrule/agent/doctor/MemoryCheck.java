// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

final class MemoryCheck implements Check {

  /** What Java needs beside its heap: code, threads, buffers of netlink. */
  private static final long BESIDE_HEAP = 160L << 20;

  @Override
  public Topic topic() {
    return Topic.MEMORY;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    HostProcess agent = HostProcess.agent(host);
    String pid = agent == null ? "self" : Long.toString(agent.pid());
    String groups = host.text("proc/" + pid + "/cgroup");
    String group =
        groups == null
            ? ""
            : groups
                .lines()
                .filter(l -> l.startsWith("0::/"))
                .map(l -> l.substring(4))
                .findFirst()
                .orElse("");
    OptionalLong limit = host.number(("sys/fs/cgroup/" + group + "/memory.max").replace("//", "/"));
    return List.of(judge(limit, Runtime.getRuntime().maxMemory(), Runtime.version().toString()));
  }

  /**
   * @param limit of the control group, in bytes; empty for none
   * @param heap the largest one, in bytes
   */
  static Finding judge(OptionalLong limit, long heap, String java) {
    String text = "Java " + java + ", heap of at most " + (heap >> 20) + " MB, ";
    if (limit.isEmpty()) {
      return Topic.MEMORY.ok(text + "no limit of memory");
    }
    text += "memory.max is " + (limit.getAsLong() >> 20) + " MB";
    return limit.getAsLong() < heap + BESIDE_HEAP
        ? Topic.MEMORY.found(
            Severity.WARNING, text + ": the kernel may kill the agent before its heap is full")
        : Topic.MEMORY.ok(text);
  }
}
