// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import dev.ferrule.agent.sync.KernelChains;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.diff.XtScripts;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One endpoint of one Service changed in mode iptables, by turns by the agent's own code, from the
 * changed object to the end of the commit, and by a bare iptables-restore that gets the same lines.
 *
 * <p>Arguments: nft or legacy, number of Services, endpoints of each, rounds, a folder for files.
 */
final class IptablesBench {

  private IptablesBench() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, KernelException {
    IptablesVariant variant = IptablesVariant.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Cluster cluster = new Cluster(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    int rounds = Integer.parseInt(arguments[3]);
    Path input = Path.of(arguments[4], "change.restore");
    DesiredState state =
        new DesiredState(
            new ForwardingSettings(
                NodePortAddresses.PRIMARY, List.of(Cidr.parse("10.128.0.0/9")), false, false),
            new Rendering.Iptables(14, true, false),
            "node-1",
            List.of(IpAddress.parse("192.168.0.2")));
    state.update(cluster.whole());
    try (KernelChains kernel = KernelChains.open(variant, text -> System.out.println(text))) {
      long start = System.nanoTime();
      kernel.commit(state.differenceTo(kernel.read()), state);
      System.out.printf(
          Locale.ROOT,
          "iptables-%s, %d Services x %d endpoints: first load %.1f s%n",
          variant.text(),
          cluster.services(),
          cluster.endpoints(),
          (System.nanoTime() - start) / 1e9);
      double[] agent = new double[rounds];
      double[] bare = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        int service = (round * 997) % cluster.services();
        start = System.nanoTime();
        kernel.commit(state.update(cluster.swapped(service, 1)).changes(), state);
        agent[round] = (System.nanoTime() - start) / 1e6;
        Changes changes = state.update(cluster.swapped(service, 2)).changes();
        Files.writeString(input, XtScripts.of(IpFamily.IPV4, changes).text());
        bare[round] = restore(variant, input);
      }
      Figures.print("one endpoint changed: agent", agent);
      Figures.print("one endpoint changed: bare iptables-restore", bare);
      System.out.printf(
          Locale.ROOT,
          "ratio agent / bare iptables-restore %.2f%n",
          Figures.median(agent) / Figures.median(bare));
      kernel.remove();
    }
  }

  private static double restore(IptablesVariant variant, Path input)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder("iptables-" + variant.text() + "-restore", "--noflush", "-w", "5")
            .redirectInput(input.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    long start = System.nanoTime();
    int code = command.start().waitFor();
    double took = (System.nanoTime() - start) / 1e6;
    if (code != 0) {
      throw new IOException("iptables-restore ended with " + code);
    }
    return took;
  }
}
