// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration file that a test writes and loads on a host called {@code Node-A.Example}. */
final class TriedConfiguration {

  private static final String HEAD =
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

  private final Path file;
  private final List<String> warnings = new ArrayList<>();
  private final ConfigurationLoader loader = new ConfigurationLoader(() -> " Node-A.Example\n");

  TriedConfiguration(Path directory) {
    file = directory.resolve("config.yaml");
  }

  Path file() {
    return file;
  }

  /** What all loads so far have warned of, in order. */
  List<String> warnings() {
    return warnings;
  }

  Configuration loadFrom(@Nullable Path path) {
    return loader.load(path, Map.of(), warnings::add);
  }

  Configuration loadWhole(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return loadFrom(file);
  }

  /** What starts with the lines that every configuration starts with. */
  Configuration load(String body) {
    return loadWhole(HEAD + body);
  }
}
