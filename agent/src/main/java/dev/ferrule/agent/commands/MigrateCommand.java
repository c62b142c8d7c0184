// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.migrate.KubeProxyProcess;
import dev.ferrule.agent.migrate.KubeProxyRules;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.OtherRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.plan.PlanText;
import dev.ferrule.rules.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description =
        "Shows how this node comes to our rules from kube-proxy's, or from ours of another mode,"
            + " without a gap. Changes nothing unless told to.",
    footer = "Exit code 0: done, or nothing to do. 2: there is something to do. 1: error.")
final class MigrateCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Option(
      names = "--execute",
      description = "Write our rules as apply does, and then remove the old ones.")
  private boolean execute;

  @Option(
      names = "--force",
      description =
          "With --execute: remove kube-proxy's rules although it runs and will write them again.")
  private boolean force;

  @Override
  public Integer call() {
    Wanted wanted = Wanted.load(source);
    wanted.reportProblems(source.errors());
    try {
      return execute ? execute(wanted) : show(wanted);
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private int show(Wanted wanted) throws KernelException {
    List<String> ours = new ArrayList<>();
    Changes changes;
    try (KernelRules kernel = source.openKernel()) {
      changes = wanted.state().differenceTo(kernel.read());
      OtherRules.besides(kernel, remark -> System.err.println(remark))
          .there()
          .forEach(other -> ours.add("our " + OtherRules.name(other)));
    }
    KubeProxyRules kubeProxy = KubeProxyRules.find();
    List<String> old = new ArrayList<>(ours);
    old.addAll(kubeProxy.removal());
    System.out.println("1. Our rules, mode " + source.configuration().mode().text() + ":");
    System.out.println(
        changes.isEmpty()
            ? "   complete already"
            : "   will be written. "
                + PlanText.summary(Planner.plan(changes, wanted.state().forwarding())));
    System.out.println("2. When they are in force, the old rules are removed:");
    old.forEach(step -> System.out.println("   - " + step));
    if (old.isEmpty()) {
      System.out.println("   there are none");
    }
    remarks(kubeProxy).forEach(remark -> System.out.println("Note: " + remark + "."));
    OptionalLong process = KubeProxyProcess.find();
    if (process.isPresent()) {
      System.out.println("First: " + stopIt(process.getAsLong()) + ".");
    }
    boolean nothing = changes.isEmpty() && old.isEmpty();
    System.out.println(
        nothing ? "Nothing to do." : "Nothing was changed. To do it: add --execute.");
    return nothing ? ExitCode.OK : ExitCode.CHANGES;
  }

  private int execute(Wanted wanted) throws KernelException {
    OptionalLong process = KubeProxyProcess.find();
    if (process.isPresent() && !force) {
      throw new CommandFailure(
          stopIt(process.getAsLong())
              + ". Its rules stay in force until this command removes them (--force does it all"
              + " the same)");
    }
    KubeProxyRules before = KubeProxyRules.find();
    remarks(before).forEach(remark -> System.out.println("Note: " + remark + "."));
    Application.of(wanted, source, kernel -> keepClients(before, kernel, wanted));
    KubeProxyRules.find().remove(line -> System.out.println(line));
    KubeProxyRules left = KubeProxyRules.find();
    if (!left.isEmpty()) {
      throw new CommandFailure(
          "somebody writes rules of kube-proxy again, so these are left: "
              + String.join("; ", left.removal()));
    }
    return ExitCode.OK;
  }

  private static void keepClients(KubeProxyRules before, KernelRules kernel, Wanted wanted) {
    try {
      before.keepClients(kernel, wanted.state());
    } catch (KernelException e) {
      System.err.println(
          "clients with session affinity may be given other endpoints: " + e.getMessage());
    }
  }

  private List<String> remarks(KubeProxyRules kubeProxy) {
    return kubeProxy.remarks(source.configuration().mode() == ProxyMode.IPTABLES);
  }

  private static String stopIt(long process) {
    return "kube-proxy runs on this node (process "
        + process
        + ") and would write its rules again; stop it";
  }
}
