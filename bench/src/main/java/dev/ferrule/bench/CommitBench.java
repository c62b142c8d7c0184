// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A full load into an empty kernel and single changes after it: by the agent's own classes, and the
 * same load sent by a C program that has it ready in a file.
 *
 * <p>Arguments: number of Services, endpoints of each, rounds, the C program, a folder for files.
 */
final class CommitBench {

  private static final int CHANGES = 1000;

  private CommitBench() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, KernelException {
    Cluster cluster = new Cluster(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    int rounds = Integer.parseInt(arguments[2]);
    Path replay = Path.of(arguments[3]);
    Path folder = Path.of(arguments[4]);

    DesiredState state = state(cluster);
    Transaction whole = state.differenceTo(KernelState.NONE).transaction();
    Path wholeFile = folder.resolve("whole.batch");
    Path leastFile = folder.resolve("least.batch");
    Files.write(wholeFile, NftablesKernel.encode(whole));
    Files.write(leastFile, NftablesKernel.encode(least(whole)));
    System.out.printf(
        Locale.ROOT,
        "%d Services x %d endpoints: %d elements; services and endpoints alone: %d%n",
        cluster.services(),
        cluster.endpoints(),
        elements(whole),
        elements(least(whole)));

    double[] java = new double[rounds];
    double[] wholeByC = new double[rounds];
    double[] leastByC = new double[rounds];
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(whole);
      remove(kernel);
      for (int round = 0; round < rounds; round++) {
        leastByC[round] = replay(replay, leastFile);
        remove(kernel);
        wholeByC[round] = replay(replay, wholeFile);
        remove(kernel);
        long start = System.nanoTime();
        kernel.commit(whole);
        java[round] = (System.nanoTime() - start) / 1e6;
        remove(kernel);
      }
      Figures.print("agent: encode and commit all", java);
      Figures.print("C: send the same bytes", wholeByC);
      Figures.print("C: send services and endpoints alone", leastByC);
      System.out.printf(
          Locale.ROOT,
          "ratio agent / C same bytes %.2f, agent / C services and endpoints alone %.2f%n",
          Figures.median(java) / Figures.median(wholeByC),
          Figures.median(java) / Figures.median(leastByC));
      kernel.commit(state.differenceTo(KernelState.NONE).transaction());
      changes(cluster, state, kernel);
      remove(kernel);
    }
  }

  private static void changes(Cluster cluster, DesiredState state, NftablesKernel kernel)
      throws KernelException {
    for (int pass = 1; pass <= 3; pass++) {
      double[] all = new double[CHANGES];
      double[] commits = new double[CHANGES];
      for (int i = 0; i < CHANGES; i++) {
        long start = System.nanoTime();
        Transaction change =
            state.update(cluster.swapped(i % cluster.services(), pass)).changes().transaction();
        long compiled = System.nanoTime();
        kernel.commit(change);
        commits[i] = (System.nanoTime() - compiled) / 1e6;
        all[i] = (System.nanoTime() - start) / 1e6;
      }
      Figures.print("one endpoint changed, pass " + pass + ": compile and commit", all);
      Figures.print("one endpoint changed, pass " + pass + ": commit alone", commits);
    }
  }

  private static DesiredState state(Cluster cluster) {
    ForwardingSettings settings =
        new ForwardingSettings(
            NodePortAddresses.PRIMARY, List.of(Cidr.parse("10.128.0.0/9")), false, false);
    DesiredState state =
        new DesiredState(settings, "node-1", List.of(IpAddress.parse("192.168.0.2")));
    state.update(cluster.whole());
    return state;
  }

  /** The two maps that no layout can do without, and the chains: what the prototype loaded. */
  private static Transaction least(Transaction whole) {
    List<Operation> operations = new ArrayList<>();
    for (Operation operation : whole.operations()) {
      if (operation.family() == IpFamily.IPV6) {
        continue;
      }
      if (operation instanceof Operation.AddElements add) {
        String set = add.declaration().name();
        if (set.equals(Layout.SERVICES) || set.equals(Layout.ENDPOINTS)) {
          operations.add(
              new Operation.AddElements(
                  add.family(),
                  add.declaration(),
                  add.elements().stream().map(e -> Element.of(e.key(), e.value())).toList()));
        }
      } else {
        operations.add(operation);
      }
    }
    return new Transaction(operations);
  }

  private static int elements(Transaction transaction) {
    return transaction.operations().stream()
        .mapToInt(o -> o instanceof Operation.AddElements add ? add.elements().size() : 0)
        .sum();
  }

  private static void remove(NftablesKernel kernel) throws KernelException {
    kernel.commit(KernelTables.removal());
  }

  private static double replay(Path program, Path batch) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString(), batch.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String milliseconds =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(program + " could not send " + batch);
    }
    return Double.parseDouble(milliseconds);
  }
}
