// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.conntrack.Removed;
import dev.ferrule.agent.conntrack.StaleEntryRemoval;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.OtherRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.LeftFrontends;
import dev.ferrule.rules.model.IpFamily;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Brings the kernel's rules up to date once and says what changed.",
    footer = "Exit code 0: done. 1: error. 3: done with --strict, but objects were skipped.")
final class ApplyCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Option(names = "--strict", description = "End with exit code 3 if an object was skipped.")
  private boolean strict;

  @Override
  public Integer call() {
    Wanted wanted = Wanted.load(source, source.directory());
    wanted.reportProblems();
    Changes changes;
    try (KernelRules kernel = source.openKernel()) {
      changes = wanted.state().differenceTo(kernel.read());
      String text = PlanOutput.TEXT.render(changes, wanted.state(), Terminal.hasColour());
      kernel.commit(changes, wanted.state());
      kernel.forgetClients(List.of(IpFamily.values()), wanted.state());
      System.out.print(text);
      OtherRules.remove(kernel, line -> System.out.println(line));
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
    removeStaleEntries(wanted, changes);
    wanted.folder().saveAllocations();
    return strict && wanted.skippedSome() ? ExitCode.SKIPPED : ExitCode.OK;
  }

  /** The rules are in force whether this works or not. */
  private static void removeStaleEntries(Wanted wanted, Changes changes) {
    StaleEntryRemoval removal = new StaleEntryRemoval();
    for (CompiledService service : wanted.state().forwarding().services()) {
      removal.track(Map.of(service.name(), service.tracked()));
    }
    removal.leave(LeftFrontends.of(changes));
    try {
      Removed removed = removal.run();
      if (!removed.isEmpty()) {
        System.out.println(removed.text());
      }
    } catch (KernelException e) {
      System.err.println("stale connections are not removed: " + e.getMessage());
    }
  }
}
