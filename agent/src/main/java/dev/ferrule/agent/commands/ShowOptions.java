// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.show.ShownService;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Services are asked for. */
final class ShowOptions {

  @Mixin private SourceOptions source;

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      paramLabel = "NAMESPACE",
      description = "The namespace to look in (default: default).")
  private String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Look in all namespaces.")
  private boolean allNamespaces;

  boolean allNamespaces() {
    return allNamespaces;
  }

  SourceOptions source() {
    return source;
  }

  /** Whether the rules can hash clients. */
  boolean hashing() {
    return source.hashing();
  }

  /** Where was looked, for a message. */
  String place() {
    return allNamespaces ? "any namespace" : "namespace " + namespace;
  }

  /** The Services in the namespace, of these names if there are any. */
  List<ShownService> services(List<String> names) {
    Wanted wanted = Wanted.load(source, source.snapshot(true));
    wanted.reportProblems(source.errors());
    List<ShownService> services =
        wanted.source().services().stream()
            .filter(s -> allNamespaces || s.service().name().namespace().equals(namespace))
            .filter(s -> names.isEmpty() || names.contains(s.service().name().name()))
            .toList();
    for (String name : names) {
      if (services.stream().noneMatch(s -> s.service().name().name().equals(name))) {
        throw new CommandFailure(
            "there is no Service " + name + " in " + place() + "; get services -A lists all");
      }
    }
    return services;
  }
}
