// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.show.EndpointsTable;
import dev.ferrule.agent.show.ObjectFormat;
import dev.ferrule.agent.show.ServiceTable;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.show.TableOptions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = "Lists Services or their endpoints, with the addresses they were given.")
final class GetCommand implements Callable<Integer>, AnsweredByAgent {

  private enum Format {
    WIDE,
    JSON,
    YAML
  }

  @Mixin private ShowOptions options;

  @Parameters(
      index = "0",
      paramLabel = "services|endpoints",
      description = "What to list; svc and ep for short.")
  private String what;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME", description = "Only these.")
  private List<String> names = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "wide|json|yaml",
      description = "More columns, or the whole objects.")
  private @Nullable Format format;

  @Override
  public Integer call() {
    boolean endpoints =
        switch (what.toLowerCase(Locale.ROOT)) {
          case "services", "service", "svc" -> false;
          case "endpoints", "ep" -> true;
          default ->
              throw new CommandFailure(
                  "get " + what + ": what is that? Ask for services or endpoints");
        };
    List<ShownService> services = options.services(names);
    if (services.isEmpty() && (format == null || format == Format.WIDE)) {
      source().errors().println("No resources found in " + options.place() + ".");
      return ExitCode.OK;
    }
    source().out().print(endpoints ? endpoints(services) : services(services));
    source().out().flush();
    return ExitCode.OK;
  }

  @Override
  public SourceOptions source() {
    return options.source();
  }

  private String services(List<ShownService> services) {
    ObjectFormat objects = objects();
    if (objects == null) {
      return ServiceTable.of(services, table(), Instant.now());
    }
    return single(services) ? objects.service(services.get(0)) : objects.services(services);
  }

  private String endpoints(List<ShownService> services) {
    ObjectFormat objects = objects();
    if (objects == null) {
      return EndpointsTable.of(services, table(), Instant.now());
    }
    return single(services) ? objects.endpoints(services.get(0)) : objects.endpoints(services);
  }

  /** As in kubectl, one name gives one object and anything else a List. */
  private boolean single(List<ShownService> services) {
    return names.size() == 1 && services.size() == 1;
  }

  private TableOptions table() {
    return new TableOptions(options.allNamespaces(), format == Format.WIDE);
  }

  private @Nullable ObjectFormat objects() {
    if (format == null || format == Format.WIDE) {
      return null;
    }
    return format == Format.JSON ? ObjectFormat.JSON : ObjectFormat.YAML;
  }
}
