// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.top.TopJson;
import dev.ferrule.agent.top.TopQuestion;
import dev.ferrule.agent.top.TopText;
import dev.ferrule.agent.top.TopWatch;
import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.rules.nftables.Counting;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ferrule top}: the process of the user asks again and again, and the agent answers. */
@Command(
    name = TopCommand.NAME,
    mixinStandardHelpOptions = true,
    description =
        "Shows how many new connections a second each Service gets, those with most first, until"
            + " it is stopped.",
    footer = {
      "The agent must count: set ferrule.counters to services or endpoints.",
      "Exit code 0: done. 1: no agent answers, or it does not count."
    })
final class TopCommand implements Callable<Integer> {

  static final String NAME = "top";

  /** In the agent: there is nothing to tell now. */
  static final int NOT_NOW = ExitCode.OUT_OF_STEP;

  private static final int MOST_SECONDS = 60;
  private static final int MOST_ROWS = 1000;
  private static final int ROWS_ELSEWHERE = 20;

  private enum Format {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec;

  @Mixin private ControlSocketOption socket;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Only Services of this namespace.")
  private @Nullable String namespace;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Time between two tables, 1 to 60 (default: 2).")
  private int interval;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      description = "End after so many tables.")
  private @Nullable Integer count;

  @Option(
      names = {"-r", "--rows"},
      paramLabel = "N",
      description =
          "Service ports to show, 1 to 1000 (default: as the terminal has room for; else 20).")
  private @Nullable Integer rows;

  @Option(
      names = {"-e", "--endpoints"},
      description = "Show the busiest endpoints of each Service port, 10 at most.")
  private boolean endpoints;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "For a person, or a line of JSON each time (default: table).")
  private Format output;

  /** Null in a process of its own. */
  private final @Nullable AgentView agent;

  TopCommand() {
    this(null);
  }

  TopCommand(@Nullable AgentView agent) {
    this.agent = agent;
  }

  @Override
  public Integer call() {
    require(interval >= 1 && interval <= MOST_SECONDS, "--interval: write 1 to " + MOST_SECONDS);
    require(rows == null || (rows >= 1 && rows <= MOST_ROWS), "--rows: write 1 to " + MOST_ROWS);
    require(count == null || count >= 1, "--count: write 1 or more");
    if (agent != null) {
      return answer(agent);
    }
    Screen screen = Screen.of(spec.commandLine().getOut(), output == Format.TABLE);
    LiveTop live = new LiveTop(socket.path(), screen, spec.commandLine().getErr());
    return live.run(
        () -> words(rows != null ? rows : screen.room(ROWS_ELSEWHERE)),
        count == null ? Integer.MAX_VALUE : count);
  }

  private static void require(boolean so, String otherwise) {
    if (!so) {
      throw new CommandFailure(otherwise);
    }
  }

  /** What the agent is asked, so that it answers one table. */
  private List<String> words(int most) {
    List<String> words = new ArrayList<>(List.of(NAME));
    words.add("--interval=" + interval);
    words.add("--rows=" + Math.min(most, MOST_ROWS));
    words.add("--output=" + output);
    if (namespace != null) {
      words.add("--namespace=" + namespace);
    }
    if (endpoints) {
      words.add("--endpoints");
    }
    return words;
  }

  private int answer(AgentView view) {
    ConnectionCounter counter = view.connections();
    if (counter == null || !view.begun()) {
      spec.commandLine()
          .getErr()
          .println("ferrule: the agent is starting; ferrule status tells more");
      return NOT_NOW;
    }
    if (counter.counting() == Counting.OFF) {
      throw new CommandFailure(whyNotCounted(view));
    }
    if (endpoints && counter.counting() != Counting.ENDPOINTS) {
      throw new CommandFailure(
          "the agent counts for Services alone: set ferrule.counters to endpoints, or leave out"
              + " --endpoints");
    }
    try {
      TopQuestion question = new TopQuestion(namespace, rows == null ? ROWS_ELSEWHERE : rows);
      TopWatch.Answer told = view.watching().watch(counter, question, Duration.ofSeconds(interval));
      if (told instanceof TopWatch.Measured measured) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(
            output == Format.JSON
                ? TopJson.of(measured.report())
                : TopText.of(measured.report(), endpoints, ZoneId.systemDefault()));
        return ExitCode.OK;
      }
      String reason = told instanceof TopWatch.NotNow notNow ? notNow.reason() : "";
      spec.commandLine().getErr().println("ferrule: " + reason);
      return NOT_NOW;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("the agent is ending");
    }
  }

  private static String whyNotCounted(AgentView view) {
    if (view.configuration().mode() != ProxyMode.NFTABLES) {
      return "the agent counts connections in mode nftables alone, and this one is in mode "
          + view.configuration().mode().text();
    }
    return view.configuration().observing().counters() == Counting.OFF
        ? "the agent does not count connections: set ferrule.counters to services or endpoints"
            + " (--counters), and reload it"
        : "the agent could not count connections; its log says why";
  }
}
