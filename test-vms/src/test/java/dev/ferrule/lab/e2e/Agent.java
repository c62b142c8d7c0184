// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import dev.ferrule.lab.LabNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ferrule run} on one node, as an administrator starts it. */
final class Agent implements AutoCloseable {
  private static final String POD_RANGES = "10.244.0.0/16,fd00:10:244::/48";
  private static final int STOP_SECONDS = 20;

  private final Process process;

  private Agent(Process process) {
    this.process = process;
  }

  static String launcher() {
    return Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString();
  }

  /** What it must remember and what it says go to a folder of the node's in {@code work}. */
  static Agent start(LabNode node, Path manifests, Path work) {
    Path own = work.resolve(node.name());
    List<String> words =
        List.of(
            launcher(),
            "run",
            "--manifests",
            manifests.toString(),
            "--state-directory",
            own.toString(),
            "--control-socket",
            "off",
            "--hostname-override",
            node.name(),
            "--cluster-cidr",
            POD_RANGES);
    try {
      Files.createDirectories(own);
      return new Agent(
          new ProcessBuilder(node.namespace().command(words))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(own.resolve("log").toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("could not start the agent of " + node.name(), e);
    }
  }

  /** Tells it to end, without waiting for that. */
  void end() {
    process.destroy();
  }

  /** Ends it; the rules stay. */
  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
