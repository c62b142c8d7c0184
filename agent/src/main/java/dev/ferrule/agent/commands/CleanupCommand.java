// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.PacketTrace;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.TableState;
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
    try (KernelTables kernel = KernelTables.open()) {
      Map<IpFamily, TableState> tables = kernel.tables();
      if (tables.isEmpty()) {
        System.out.println("Nothing of ours is in the kernel.");
      }
      tables.forEach(
          (family, table) ->
              System.out.println(
                  "- table "
                      + NftText.family(family)
                      + " "
                      + TableState.NAME
                      + "  # "
                      + content(table)));
      if (!dryRun && !tables.isEmpty()) {
        kernel.remove();
      }
      if (!dryRun && PacketTrace.removeLeftOver()) {
        System.out.println("- table ferrule-trace  # left over by ferrule explain --send");
      }
      return ExitCode.OK;
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
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
