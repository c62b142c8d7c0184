// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Options;
import dev.ferrule.testapi.Resource;
import dev.ferrule.testapi.SampleObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The real agent over an API server: the time from the last byte of the lists to the first commit,
 * from a change to its commit while changes come at a rate, and memory all along.
 *
 * <p>Arguments: number of Services, endpoints of each, changes a second, seconds, the launcher, a
 * folder for files, flags for the agent.
 */
final class ClusterBench {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int WARM_UP_SECONDS = 5;

  /** What a measurement may be too long by. */
  private static final long POLL_NANOS = 50_000;

  private final ApiServer server;
  private final NftablesKernel kernel;
  private final List<ObjectNode> slices = new ArrayList<>();

  private ClusterBench(ApiServer server, NftablesKernel kernel) {
    this.server = server;
    this.kernel = kernel;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, KernelException {
    int services = Integer.parseInt(arguments[0]);
    int endpoints = Integer.parseInt(arguments[1]);
    Path folder = Path.of(arguments[5]);
    try (ApiServer server =
            ApiServer.start(Options.defaults().withTls().withRealisticMetadata(true));
        NftablesKernel kernel = NftablesKernel.open()) {
      server.createAll(SampleObjects.services(services, endpoints));
      server.create(
          new JsonMapper()
              .readTree(
                  """
                  {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bench"},
                   "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}]}}"""));
      ClusterBench bench = new ClusterBench(server, kernel);
      List<String> command =
          new ArrayList<>(
              List.of(
                  arguments[4],
                  "run",
                  "--kubeconfig",
                  folder.resolve("kubeconfig").toString(),
                  "--hostname-override",
                  "bench",
                  "--control-socket",
                  "off",
                  "--state-directory",
                  folder.resolve("state").toString()));
      command.addAll(Arrays.asList(arguments).subList(6, arguments.length));
      server.kubeconfig(folder.resolve("kubeconfig"));
      System.out.printf("%d Services x %d endpoints%n", services, endpoints);
      bench.start("first start", command, folder.resolve("agent.log"), true);
      reboot(arguments[4]);
      Process agent = bench.start("as after a reboot", command, folder.resolve("again.log"), false);
      try {
        bench.churn(agent, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      } finally {
        end(agent);
      }
    }
  }

  /** The rules go with the kernel's memory; what was saved of the cluster stays. */
  private static void reboot(String launcher) throws IOException, InterruptedException {
    Process cleanup =
        new ProcessBuilder(launcher, "cleanup")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (cleanup.waitFor() != 0) {
      throw new IOException("cleanup exits " + cleanup.exitValue());
    }
  }

  private static void end(Process agent) throws InterruptedException {
    agent.destroy();
    if (!agent.waitFor(20, TimeUnit.SECONDS)) {
      agent.destroyForcibly();
    }
  }

  /** Starts the agent and tells how long it took to the first commit. */
  private Process start(String what, List<String> command, Path log, boolean andEnd)
      throws IOException, InterruptedException, KernelException {
    int before = kernel.generation();
    long start = System.nanoTime();
    Process agent =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long committed = 0;
    while (!Files.readString(log).contains("in step with")) {
      if (committed == 0 && kernel.generation() != before) {
        committed = System.nanoTime();
      }
      if (!agent.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("the agent did not come up: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    long inStep = System.nanoTime();
    System.out.printf(
        Locale.ROOT, "%s: in step %.2f s after the start; ", what, (inStep - start) / 1e9);
    if (committed > server.lastListEnded()) {
      System.out.printf(
          Locale.ROOT,
          "lists sent after %.2f s, first commit %.3f s after their last byte; ",
          (server.lastListEnded() - start) / 1e9,
          (committed - server.lastListEnded()) / 1e9);
    } else if (committed != 0) {
      System.out.printf(Locale.ROOT, "first commit after %.2f s; ", (committed - start) / 1e9);
    }
    Thread.sleep(5000); // the state is saved by then, and all lists are here
    System.out.printf(
        "RSS %d MB, at most %d%n", Memory.resident(agent), Memory.mostResident(agent));
    if (andEnd) {
      end(agent);
    }
    return agent;
  }

  /** Changes one endpoint after the other, each when its time has come and the last is in force. */
  private void churn(Process agent, int rate, int seconds)
      throws IOException, InterruptedException, KernelException {
    slices.addAll(server.list(Resource.ENDPOINTSLICES));
    System.gc(); // not in the middle of it
    for (int i = 0; i < rate * WARM_UP_SECONDS; i++) {
      change(i);
    }
    long resident = Memory.resident(agent);
    double[] milliseconds = new double[rate * seconds];
    long late = 0;
    long start = System.nanoTime();
    for (int i = 0; i < milliseconds.length; i++) {
      long left = start + i * SECOND / rate - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      } else {
        late = Math.max(late, -left);
      }
      milliseconds[i] = change(i + rate * WARM_UP_SECONDS);
      if (i > 0 && i % (rate * 60) == 0) {
        System.out.printf("  after %d s: RSS %d MB%n", i / rate, Memory.resident(agent));
      }
    }
    Figures.print(
        "%d endpoint changes a second for %d s: from change to commit".formatted(rate, seconds),
        milliseconds);
    System.out.printf(
        Locale.ROOT,
        "late by at most %.1f ms; RSS before %d MB, after %d MB, at most %d MB%n",
        late / 1e6,
        resident,
        Memory.resident(agent),
        Memory.mostResident(agent));
  }

  private double change(int number) throws IOException, KernelException {
    ObjectNode slice = slices.get(number % slices.size());
    ObjectNode conditions = (ObjectNode) slice.path("endpoints").path(0).path("conditions");
    conditions.put("ready", !conditions.path("ready").asBoolean());
    ((ObjectNode) slice.path("metadata")).remove("resourceVersion");
    int before = kernel.generation();
    long start = System.nanoTime();
    server.update(slice);
    while (kernel.generation() == before) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("the kernel never saw the change");
      }
      LockSupport.parkNanos(POLL_NANOS); // a busy loop would take the agent's processor away
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
