// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.sync.ProblemNews;
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

  /**
   * All Services; what is not in force is named. An agent knows that already, and must not work out
   * all rules once more for it.
   */
  private List<ShownService> all() {
    AgentView agent = source.agent();
    if (agent != null) {
      new ProblemNews().of(agent.problems()).lines().forEach(source.errors()::println);
      return agent.source().services();
    }
    Wanted wanted = Wanted.load(source, source.snapshot(true));
    wanted.reportProblems(source.errors());
    return wanted.source().services();
  }

  /** The Services in the namespace, of these names if there are any. */
  List<ShownService> services(List<String> names) {
    List<ShownService> services =
        all().stream()
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
