// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.boot.KnownAddresses;
import dev.ferrule.agent.boot.RestoredRules;
import dev.ferrule.agent.cluster.SavedCluster;
import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.log.LogWriter;
import dev.ferrule.agent.source.Seal;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.agent.sync.OtherRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description =
        "Brings the rules back after a reboot, before the network is up: from the folder of"
            + " manifests, or from what was last known of the cluster. Nobody is asked for"
            + " anything. Rules of ours that are there already stay as they are.",
    footer =
        "Exit code 0: done, or there was nothing to do. 1: what was saved could not be brought"
            + " back; standard error says why.")
final class RestoreCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Override
  public Integer call() {
    LogWriter log = LogWriter.standardError(System.getenv());
    source.tell(log);
    try {
      log.use(source.configuration().observing().logFormat());
      restore(log);
      return ExitCode.OK;
    } catch (CommandFailure | ConfigurationException e) {
      log.failed(String.valueOf(e.getMessage()));
      return ExitCode.ERROR;
    }
  }

  private void restore(LogWriter log) {
    if (OtherRules.anywhere(log::info)) {
      log.info("nothing to restore: rules of ours are in force");
      return;
    }
    SavedCluster cluster = source.savedCluster();
    if (cluster != null && !cluster.isThere()) {
      log.info("nothing to restore: nothing of a cluster is saved yet in " + cluster.file());
      return;
    }
    Source from = cluster == null ? source.snapshot(false) : cluster;
    Path stateDirectory = source.configuration().stateDirectory();
    try {
      List<IpAddress> present = NodeAddresses.read();
      Set<IpAddress> all = new LinkedHashSet<>(present);
      all.addAll(known(new KnownAddresses(stateDirectory), log));
      Wanted wanted = Wanted.load(source, from, List.copyOf(all));
      all.removeAll(present);
      mark(stateDirectory, List.copyOf(all), log);
      commit(wanted);
      from.inForce();
      log.info(text(wanted, cluster == null ? from.name() : cluster.file().toString(), all));
    } catch (KernelException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  /** No packet has passed yet, so there are no clients to remember and no old connections. */
  private void commit(Wanted wanted) throws KernelException {
    try (KernelRules kernel = source.openKernel()) {
      kernel.commit(wanted.state().firstDifferenceTo(kernel.read()), wanted.state());
    }
  }

  private static List<IpAddress> known(KnownAddresses file, LogWriter log) {
    try {
      return file.read();
    } catch (Seal.BrokenException e) {
      log.warning(file.file() + " " + e.getMessage() + "; it is not used");
    } catch (IOException e) {
      log.warning(file.file() + " cannot be read (" + e + "); it is not used");
    }
    return List.of();
  }

  private static void mark(Path stateDirectory, List<IpAddress> awaited, LogWriter log) {
    try {
      RestoredRules.mark(stateDirectory, awaited);
    } catch (IOException e) {
      log.warning(
          "the agent will not know that the rules are restored ones: "
              + e
              + "; make "
              + stateDirectory
              + " writable");
    }
  }

  private static String text(Wanted wanted, String from, Set<IpAddress> awaited) {
    return "restored from "
        + from
        + ": "
        + count(wanted.state().forwarding().services().size(), "Service")
        + ", "
        + count(wanted.state().forwarding().frontends().size(), "frontend")
        + (awaited.isEmpty()
            ? ""
            : "; no interface has these addresses yet: "
                + String.join(", ", awaited.stream().map(IpAddress::toString).toList()));
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
