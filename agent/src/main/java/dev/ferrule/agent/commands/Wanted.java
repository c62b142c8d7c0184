// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.agent.sync.ConflictProblems;
import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.agent.sync.ProblemNews;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpAddress;
import java.io.PrintWriter;
import java.util.List;

/** What a source asks of this host. */
record Wanted(Source source, DesiredState state) {

  /** Reads the whole source. */
  static Wanted load(SourceOptions options) {
    return load(options, options.snapshot(false));
  }

  /** Reads a whole source. */
  static Wanted load(SourceOptions options, Source source) {
    try {
      return load(options, source, NodeAddresses.read());
    } catch (KernelException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same with other addresses than the host has now.
   *
   * @param addresses of its interfaces
   */
  static Wanted load(SourceOptions options, Source source, List<IpAddress> addresses) {
    DesiredState state =
        new DesiredState(
            options.forwarding(),
            options.backend().rendering(),
            options.configuration().hostnameOverride(),
            addresses);
    try {
      source.load(state::load);
    } catch (SourceException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while reading " + source.name());
    }
    return new Wanted(source, state);
  }

  /** Names what the source holds that is not in force. */
  void reportProblems(PrintWriter errors) {
    new ProblemNews().of(problems()).lines().forEach(errors::println);
  }

  /** Whether some object is not in force. */
  boolean skippedSome() {
    return problems().stream().anyMatch(problem -> problem.severity() == Problem.Severity.SKIPPED);
  }

  /** What the source says and where Services contradict each other. */
  List<Problem> problems() {
    return ConflictProblems.with(source.problems(), state.forwarding());
  }
}
