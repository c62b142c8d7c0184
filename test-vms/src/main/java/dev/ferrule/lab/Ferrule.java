// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program that is shown: its command lines, run in one node's namespace. */
record Ferrule(Path launcher, NetNamespace node, Path config, Path manifests) {

  /** Runs a command that reads the folder of manifests; it may fail. */
  Command.Result run(String... words) {
    return over(manifests, words);
  }

  /** The same over another folder, to ask what would be. */
  Command.Result over(Path folder, String... words) {
    return Command.run(node.command(commandLine(folder, words)));
  }

  /** Starts the daemon. */
  AgentProcess daemon(Path log) {
    return AgentProcess.start(node, commandLine(manifests, "run"), log);
  }

  private List<String> commandLine(Path folder, String... words) {
    List<String> all = new ArrayList<>(List.of(launcher.toString()));
    all.addAll(List.of(words));
    all.addAll(List.of("--config", config.toString(), "--manifests", folder.toString()));
    return all;
  }
}
