// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The real agent over a folder of manifests, one object a file: its memory, and the time from a
 * file's last byte to the kernel's commit.
 *
 * <p>Arguments: number of Services, endpoints of each, changes, the launcher, a folder for files.
 */
final class AgentBench {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final int WARM_UP = 300;

  /** What the measurement may be too long by. */
  private static final long POLL_NANOS = 50_000;

  private static final IpAddress FIRST_SERVICE = IpAddress.parse("10.96.0.10");
  private static final IpAddress FIRST_POD = IpAddress.parse("10.128.0.10");

  private final int services;
  private final int endpoints;
  private final Path manifests;

  private AgentBench(int services, int endpoints, Path manifests) {
    this.services = services;
    this.endpoints = endpoints;
    this.manifests = manifests;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, KernelException {
    Path folder = Path.of(arguments[4]);
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    AgentBench bench =
        new AgentBench(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), manifests);
    bench.write();
    Path log = folder.resolve("agent.log");
    long start = System.nanoTime();
    Process agent =
        new ProcessBuilder(
                arguments[3],
                "run",
                "--manifests",
                manifests.toString(),
                "--control-socket",
                "off",
                "--stateDirectory",
                folder.resolve("state").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (NftablesKernel kernel = NftablesKernel.open()) {
      bench.awaitStart(agent, log);
      System.out.printf(
          Locale.ROOT,
          "%d Services x %d endpoints in %d files: in step %.1f s after the start, RSS %d MB%n",
          bench.services,
          bench.endpoints,
          2 * bench.services,
          (System.nanoTime() - start) / 1e9,
          Memory.resident(agent));
      double[] milliseconds = new double[Integer.parseInt(arguments[2])];
      for (int i = -WARM_UP; i < milliseconds.length; i++) {
        double took = bench.change(kernel, i + WARM_UP);
        if (i >= 0) {
          milliseconds[i] = took;
        }
        Thread.sleep(2); // the agent is idle when a change comes, as it mostly is
      }
      Figures.print("one endpoint: from file event to kernel commit", milliseconds);
      System.out.printf(
          Locale.ROOT,
          "agent after %d changes: RSS %d MB, at most %d MB%n",
          milliseconds.length + WARM_UP,
          Memory.resident(agent),
          Memory.mostResident(agent));
    } finally {
      agent.destroy();
      if (!agent.waitFor(10, TimeUnit.SECONDS)) {
        agent.destroyForcibly();
      }
    }
  }

  private void write() throws IOException {
    for (int i = 0; i < services; i++) {
      Files.writeString(manifests.resolve("service-" + i + ".yaml"), service(i));
      Files.writeString(manifests.resolve("slice-" + i + ".yaml"), slice(i, 0));
    }
  }

  private void awaitStart(Process agent, Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.readString(log).contains("in step with")) {
      if (!agent.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("the agent did not come up: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
  }

  /** Replaces one endpoint and waits until the kernel has committed something. */
  private double change(NftablesKernel kernel, int number) throws IOException, KernelException {
    int service = number % services;
    Path half = manifests.resolve("slice.tmp");
    Files.writeString(half, slice(service, 1 + number / services));
    int before = kernel.generation();
    long start = System.nanoTime();
    Files.move(
        half, manifests.resolve("slice-" + service + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
    while (kernel.generation() == before) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("the kernel never saw the change");
      }
      LockSupport.parkNanos(POLL_NANOS); // a busy loop would take the agent's processor away
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static String service(int i) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: service-%d, namespace: bench}
        spec:
          clusterIP: %s
          ports: [{name: http, port: 80, targetPort: 8080}]
        """
        .formatted(i, FIRST_SERVICE.plus(i));
  }

  private String slice(int service, int generation) {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: service-%d-x
              namespace: bench
              labels: {kubernetes.io/service-name: service-%d}
            addressType: IPv4
            ports: [{name: http, port: 8080}]
            endpoints:
            """
                .formatted(service, service));
    for (int i = 0; i < endpoints; i++) {
      int pod = service * endpoints + i + (i == endpoints - 1 ? generation << 20 : 0);
      text.append(
          "- {addresses: [%s], nodeName: node-%d}\n".formatted(FIRST_POD.plus(pod), pod % 100));
    }
    return text.toString();
  }
}
