// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.show.ServiceDescription;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Tells all about Services: addresses, ports, endpoints and policies.")
final class DescribeCommand implements Callable<Integer>, AnsweredByAgent {

  @Mixin private ShowOptions options;

  @Parameters(index = "0", paramLabel = "service", description = "The kind; svc for short.")
  private String kind;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME", description = "Only these.")
  private List<String> names = List.of();

  @Override
  public Integer call() {
    String wanted = kind.toLowerCase(Locale.ROOT);
    if (!List.of("service", "services", "svc").contains(wanted)) {
      throw new CommandFailure("describe " + kind + ": only a service can be described");
    }
    source()
        .out()
        .print(
            options.services(names).stream()
                .map(shown -> ServiceDescription.of(shown, options.hashing()))
                .collect(Collectors.joining("\n\n")));
    source().out().flush();
    return ExitCode.OK;
  }

  @Override
  public SourceOptions source() {
    return options.source();
  }
}
