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

/** Brings the kernel up to date once, and says so on standard output. */
final class Application {

  private Application() {}

  /** What is done as soon as the rules are in force. */
  @FunctionalInterface
  interface InForce {
    void accept(KernelRules kernel) throws KernelException;
  }

  /** Everything that {@code apply} does to the host. */
  static void of(Wanted wanted, SourceOptions source) {
    of(wanted, source, kernel -> {});
  }

  /** The same with something more. */
  static void of(Wanted wanted, SourceOptions source, InForce inForce) {
    Changes changes;
    try (KernelRules kernel = source.openKernel()) {
      OtherRules others = OtherRules.besides(kernel, line -> System.out.println(line));
      changes = wanted.state().differenceTo(kernel.read());
      String text = PlanOutput.TEXT.render(changes, wanted.state(), Terminal.hasColour());
      kernel.commit(changes, wanted.state());
      inForce.accept(kernel);
      kernel.forgetClients(List.of(IpFamily.values()), wanted.state());
      System.out.print(text);
      others.remove();
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
    removeStaleEntries(wanted, changes);
    wanted.source().inForce();
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
