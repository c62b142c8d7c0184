// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.ConflictProblems;
import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.agent.sync.ProblemNews;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.DesiredState;
import java.nio.file.Path;
import java.util.List;

/** What a folder of manifests asks of this host. */
record Wanted(ManifestFolder folder, DesiredState state) {

  /** Reads the whole folder. */
  static Wanted load(SourceOptions options, Path directory) {
    return load(options, directory, false);
  }

  /** Reads the whole folder, with what is only for display if {@code details}. */
  static Wanted load(SourceOptions options, Path directory, boolean details) {
    ManifestFolder folder = options.folder(directory, details);
    DesiredState state;
    try {
      state =
          new DesiredState(
              options.forwarding(),
              options.backend().rendering(),
              options.configuration().hostnameOverride(),
              NodeAddresses.read());
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
    state.update(folder.load());
    return new Wanted(folder, state);
  }

  /** Names on standard error what the folder holds that is not in force. */
  void reportProblems() {
    new ProblemNews().of(problems()).forEach(System.err::println);
  }

  /** Whether some object is not in force. */
  boolean skippedSome() {
    return problems().stream().anyMatch(problem -> problem.severity() == Problem.Severity.SKIPPED);
  }

  /** What the folder says and where Services contradict each other. */
  private List<Problem> problems() {
    return ConflictProblems.with(folder.problems(), state.forwarding());
  }
}
