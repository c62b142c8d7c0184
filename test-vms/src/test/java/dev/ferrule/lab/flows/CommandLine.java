// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command with places for the paths of a scenario: {@code {config}}, {@code {manifests}} and
 * {@code {kubeconfig}}.
 */
record CommandLine(List<String> words) {
  private static final Pattern SPACE = Pattern.compile(" +");

  static CommandLine parse(String text) {
    return new CommandLine(SPACE.splitAsStream(text.strip()).toList());
  }

  static CommandLine of(String... words) {
    return new CommandLine(Stream.of(words).toList());
  }

  List<String> at(Applier.Place place) {
    return words.stream()
        .map(w -> w.replace("{config}", place.config().toString()))
        .map(w -> w.replace("{manifests}", place.manifests().toString()))
        .map(w -> w.replace("{kubeconfig}", place.kubeconfig().toString()))
        .toList();
  }
}
