// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.explain.Explanation;
import dev.ferrule.agent.explain.ExplanationJson;
import dev.ferrule.agent.explain.ExplanationText;
import dev.ferrule.agent.explain.Investigation;
import dev.ferrule.agent.explain.QuestionException;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.trace.Connection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells where a connection goes, and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Tells where a new connection goes and why: endpoints, masquerade, the Service, the"
            + " policies and the rules. Changes no rules.",
    footer = {
      "With --send the first packet of the connection is real: the endpoint gets it, and its answer"
          + " goes to the client, which knows nothing of it and refuses it. A Service with session"
          + " affinity remembers the client. The entry of connection tracking is removed.",
      "Exit code 0 whatever the answer is. 1: the question cannot be answered."
    })
final class ExplainCommand implements Callable<Integer>, AnsweredByAgent {

  private enum Format {
    TEXT,
    JSON
  }

  @Mixin private SourceOptions source;

  @Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "The client: an address, node, NAMESPACE/POD or pod/POD.")
  private String from;

  @Parameters(
      index = "1",
      paramLabel = "TO:PORT[/PROTO]",
      description =
          "Where it connects to: an address, NAMESPACE/SERVICE or SERVICE.NAMESPACE; a port number"
              + " or the name of a port; tcp (default), udp or sctp.")
  private String to;

  @Option(
      names = "--in-interface",
      paramLabel = "NAME",
      description =
          "The interface it comes in by, where interfaces tell Pods from others (default: as the"
              + " kernel routes to the client).")
  private @Nullable String inInterface;

  @Option(
      names = "--live",
      description = "Also follow the rules that are in the kernel now, and compare.")
  private boolean live;

  @Option(
      names = "--send",
      description =
          "Also send one real packet and follow it through the rules of all tables; implies --live,"
              + " needs CAP_NET_ADMIN and CAP_NET_RAW. Not in mode iptables.")
  private boolean send;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text (default) or json.")
  private Format output;

  @Override
  public Integer call() {
    AgentView agent = source.agent();
    if (send && agent != null && !agent.askedByRoot()) {
      throw new CommandFailure(
          "only root may ask a running agent to send a packet; try it with sudo");
    }
    Wanted wanted = Wanted.load(source);
    wanted.reportProblems(source.errors());
    Investigation investigation = new Investigation(wanted.source(), wanted.state());
    Explanation explanation;
    try {
      explanation = explain(investigation, investigation.connection(from, to, inInterface));
    } catch (QuestionException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
    PrintWriter out = source.out();
    out.print(
        output == Format.JSON ? ExplanationJson.of(explanation) : ExplanationText.of(explanation));
    out.flush();
    return ExitCode.OK;
  }

  @Override
  public SourceOptions source() {
    return source;
  }

  private Explanation explain(Investigation investigation, Connection connection) {
    if (!live && !send) {
      return investigation.explain(connection);
    }
    try (KernelRules kernel = source.openKernel()) {
      return investigation.compare(connection, kernel, send);
    } catch (KernelException e) {
      throw new CommandFailure(
          e.getMessage()
              + (e.isMissingPrivilege() ? ", or ask without --live what the rules should do" : ""));
    }
  }
}
