// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.sync.Backend;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.OtherRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.PacketTrace;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.TableState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "cleanup",
    mixinStandardHelpOptions = true,
    description = "Removes everything of ours from the kernel, and nothing else.")
final class CleanupCommand implements Callable<Integer> {

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  @Override
  public Integer call() {
    try {
      boolean found = false;
      for (Backend backend : OtherRules.everywhere()) {
        found |= OtherRules.isThere(backend) && remove(backend);
      }
      if (!found) {
        System.out.println("Nothing of ours is in the kernel.");
      }
      if (!dryRun && PacketTrace.removeLeftOver()) {
        System.out.println("- table ferrule-trace  # left over by ferrule explain --send");
      }
      return ExitCode.OK;
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  /** Says what is there and removes it; returns true. */
  private boolean remove(Backend backend) throws KernelException {
    try (KernelRules rules = backend.open(remark -> System.err.println(remark))) {
      KernelState state = rules.read();
      state
          .tables()
          .forEach(
              (family, table) ->
                  System.out.println(
                      "- table "
                          + NftText.family(family)
                          + " "
                          + TableState.NAME
                          + "  # "
                          + content(table)));
      state
          .chains()
          .forEach(
              (family, chains) -> {
                if (!chains.isEmpty()) {
                  System.out.println(
                      "- "
                          + family.text()
                          + " "
                          + OtherRules.name(backend)
                          + "  # "
                          + content(chains));
                }
              });
      if (!dryRun) {
        rules.remove();
      }
      return true;
    }
  }

  private static String content(XtState state) {
    int chains = state.chains().values().stream().mapToInt(Map::size).sum();
    int jumps = state.jumps().values().stream().mapToInt(List::size).sum();
    return chains + " chains, " + jumps + " jumps to them";
  }

  private static String content(TableState table) {
    int elements = table.sets().values().stream().mapToInt(set -> set.elements().size()).sum();
    return table.sets().size()
        + " sets and maps with "
        + elements
        + " elements, "
        + table.chains().size()
        + " chains";
  }
}
