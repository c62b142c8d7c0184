// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ListenAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class PortsCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.PORTS;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    Map<Integer, String> listening = ListeningPorts.read(host);
    HostProcess agent = HostProcess.agent(host);
    List<Finding> findings = new ArrayList<>();
    ListenAddress health = host.configuration().healthzBindAddress();
    ListenAddress metrics = host.configuration().metricsBindAddress();
    for (ListenAddress address : new @Nullable ListenAddress[] {health, metrics}) {
      if (address == null) {
        continue;
      }
      String inode = listening.get(address.port());
      HostProcess owner = inode == null ? null : HostProcess.ofSocket(host, inode);
      findings.add(
          judge(address, inode != null, owner, agent, host.configuration().bindAddressHardFail()));
    }
    return findings;
  }

  /**
   * @param owner null if nobody has it, or it is not to be seen who has
   * @param agent null if none runs
   */
  static Finding judge(
      ListenAddress address,
      boolean taken,
      @Nullable HostProcess owner,
      @Nullable HostProcess agent,
      boolean hardFail) {
    if (!taken) {
      return Topic.PORTS.ok(address + " is free");
    }
    if (agent != null && (owner == null || owner.equals(agent))) {
      return Topic.PORTS.ok(address + " belongs to the agent (process " + agent.pid() + ")");
    }
    return Topic.PORTS.found(
        hardFail ? Severity.ERROR : Severity.WARNING,
        address + " is taken by " + (owner == null ? "another program" : owner.toString()));
  }
}
