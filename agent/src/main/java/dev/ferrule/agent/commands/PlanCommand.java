// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.KernelState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what apply would change in the kernel, and why. Changes nothing.",
    footer = "Exit code 0: no change. 2: changes. 1: error.")
final class PlanCommand implements Callable<Integer> {

  private static final String KERNEL = "kernel";
  private static final String EMPTY = "empty";

  @Mixin private SourceOptions source;

  @Option(
      names = "--against",
      defaultValue = KERNEL,
      paramLabel = "kernel|empty|DIR",
      description =
          "Compare with the kernel (default), with nothing, or with what the manifests in another"
              + " folder ask for. Only the kernel needs privilege.")
  private String against;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text (default), json, nft (a script for nft -f) or iptables.")
  private PlanOutput output;

  @Override
  public Integer call() {
    Wanted wanted = Wanted.load(source);
    wanted.reportProblems(source.errors());
    Changes changes = wanted.state().differenceTo(before());
    System.out.print(output.render(changes, wanted.state(), Terminal.hasColour()));
    return changes.isEmpty() ? ExitCode.OK : ExitCode.CHANGES;
  }

  private KernelState before() {
    return switch (against) {
      case EMPTY -> KernelState.NONE;
      case KERNEL -> kernel();
      default -> {
        Path other = Path.of(against);
        if (!Files.isDirectory(other)) {
          throw new CommandFailure(
              "--against " + against + ": it is neither kernel nor empty nor a folder");
        }
        yield Wanted.load(source, source.folder(other, false)).state().wanted();
      }
    };
  }

  private KernelState kernel() {
    try (KernelRules kernel = source.openKernel()) {
      return kernel.read();
    } catch (KernelException e) {
      String way = e.isMissingPrivilege() ? ", or compare with nothing: --against empty" : "";
      throw new CommandFailure(e.getMessage() + way);
    }
  }
}
