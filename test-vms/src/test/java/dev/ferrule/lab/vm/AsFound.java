// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.fleet.Fleet;
import dev.ferrule.lab.fleet.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Holds a scenario to leave every machine as it was, and keeps what is to be known of the machines
 * when one fails.
 */
final class AsFound implements BeforeEachCallback, AfterEachCallback {

  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(AsFound.class);
  private static final String BEFORE = "before";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(OURS).put(BEFORE, states(TheFleet.open()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Fleet fleet = TheFleet.open();
    if (context.getExecutionException().isPresent()) {
      collect(context, fleet);
      return;
    }
    try {
      Set<?> before = context.getStore(OURS).get(BEFORE, Set.class);
      Set<String> after = states(fleet);
      Set<Object> gone = new LinkedHashSet<>(before);
      gone.removeAll(after);
      Set<String> come = new LinkedHashSet<>(after);
      come.removeAll(before);
      assertThat(come).as("left behind on the machines").isEmpty();
      assertThat(gone).as("missing on the machines afterwards").isEmpty();
    } catch (AssertionError | LabException e) {
      collect(context, fleet);
      throw e;
    }
  }

  /** Each line says of which machine it is. */
  private static Set<String> states(Fleet fleet) {
    return fleet.machines().stream()
        .flatMap(vm -> vm.must("fleet-state").lines().map(line -> vm.name() + ": " + line))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void collect(ExtensionContext context, Fleet fleet) {
    Path results =
        Path.of(System.getProperty("ferrule.root", ".."))
            .resolve("test-vms/results")
            .resolve(
                context.getRequiredTestClass().getSimpleName()
                    + "."
                    + context.getRequiredTestMethod().getName());
    for (Vm vm : fleet.machines()) {
      keep(vm, results, "journal.txt", "journalctl --boot --no-pager");
      keep(vm, results, "rules.txt", "nft list ruleset; iptables-save; ip6tables-save");
      keep(vm, results, "network.txt", "ip address; ip route; ip -6 route; ip neighbour; ss -tlnp");
      if (!vm.equals(fleet.client())) {
        keep(
            vm,
            results,
            "support-dump.tar.gz.base64",
            "ferrule support-dump --output /tmp/dump.tar.gz >&2; base64 /tmp/dump.tar.gz; rm"
                + " /tmp/dump.tar.gz");
      }
    }
    System.err.println("more about this failure: " + results.normalize());
  }

  /** As much as the machine still says. */
  private static void keep(Vm vm, Path results, String name, String script) {
    String text;
    try {
      Command.Result result = vm.run(script, PATIENCE);
      text = result.output() + result.errors();
    } catch (LabException e) {
      text = String.valueOf(e.getMessage());
    }
    try {
      Path file = results.resolve(vm.name()).resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      System.err.println("could not keep " + name + " of " + vm.name() + ": " + e);
    }
  }
}
