// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.doctor.Doctor;
import dev.ferrule.agent.doctor.FindingsJson;
import dev.ferrule.agent.doctor.Host;
import dev.ferrule.agent.log.RecentLines;
import dev.ferrule.agent.show.ObjectFormat;
import dev.ferrule.agent.show.PackedDetails;
import dev.ferrule.agent.show.ServiceDetails;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.status.StatusJson;
import dev.ferrule.agent.support.MachineParts;
import dev.ferrule.agent.support.Redaction;
import dev.ferrule.agent.support.SettingsInForce;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Rendering;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an agent adds to the archive of support-dump, one part a request. */
@Command(name = SupportPartsCommand.NAME, hidden = true)
final class SupportPartsCommand implements Callable<Integer> {

  static final String NAME = "support-part";

  /** One file of the archive. */
  enum Part {
    STATUS("status.json"),
    CONFIGURATION("configuration.txt"),
    SERVICES("services.yaml"),
    ENDPOINTS("endpoints.yaml"),
    PLAN("plan.txt"),
    RULES("wanted-rules.txt"),
    THREADS("agent-threads.txt"),
    MEMORY("agent-memory.txt"),
    LOG("agent-log.txt"),
    DOCTOR("doctor.json");

    private final String file;

    Part(String file) {
      this.file = file;
    }

    String file() {
      return file;
    }
  }

  @Spec private CommandSpec spec;

  @Mixin private SourceOptions source;

  @Parameters(index = "0")
  private Part part;

  private final AgentView agent;

  SupportPartsCommand(AgentView agent) {
    this.agent = agent;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(Redaction.harmless(text()));
    return ExitCode.OK;
  }

  private String text() {
    return switch (part) {
      case STATUS -> StatusJson.of(agent.status());
      case CONFIGURATION -> SettingsInForce.text(agent.configuration());
      case SERVICES -> ObjectFormat.YAML.services(services(agent));
      case ENDPOINTS -> ObjectFormat.YAML.endpoints(services(agent));
      case PLAN -> plan();
      case RULES -> rules();
      case THREADS -> MachineParts.threads();
      case MEMORY -> MachineParts.memory();
      case LOG -> RecentLines.OF_PROCESS.text();
      case DOCTOR -> doctor(agent.configuration());
    };
  }

  /** With the settings in force; as a service the agent sees less than root, and says of what. */
  static String doctor(Configuration configuration) {
    return FindingsJson.of(Doctor.examine(new Host(Path.of("/"), configuration, null), List.of()));
  }

  /** Annotations may hold anything, so they stay here. */
  private static List<ShownService> services(AgentView agent) {
    return agent.source().services().stream()
        .map(
            shown ->
                new ShownService(
                    shown.service(),
                    shown.headless(),
                    shown.familyPolicy(),
                    shown.families(),
                    shown.publishNotReady(),
                    shown.allocateNodePorts(),
                    PackedDetails.of(
                        new ServiceDetails(
                            shown.details().labels(),
                            Map.of(),
                            shown.details().externalName(),
                            shown.details().loadBalancerClass(),
                            shown.details().balancerHostnames())),
                    shown.slices()))
        .toList();
  }

  private String plan() {
    Wanted wanted = Wanted.load(source);
    try (KernelRules kernel = source.openKernel()) {
      Changes changes = wanted.state().differenceTo(kernel.read());
      return PlanOutput.TEXT.render(changes, wanted.state(), false);
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private String rules() {
    Wanted wanted = Wanted.load(source);
    Changes all = wanted.state().rewrite(KernelState.NONE, "support-dump");
    PlanOutput script =
        wanted.state().rendering() instanceof Rendering.Nftables
            ? PlanOutput.NFT
            : PlanOutput.IPTABLES;
    return script.render(all, wanted.state(), false);
  }
}
