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
      Path folder = results.resolve(vm.name());
      keep(vm, folder, "journal.txt", "journalctl --boot --no-pager");
      keep(vm, folder, "rules.txt", "nft list ruleset; iptables-save; ip6tables-save");
      keep(vm, folder, "network.txt", "ip address; ip route; ip -6 route; ip neighbour; ss -tlnp");
      if (!vm.equals(fleet.client())) {
        keep(vm, folder, "support-dump.txt", "ferrule support-dump /tmp/dump.tar.gz");
        try {
          vm.fetch("/tmp/dump.tar.gz", folder.resolve("support-dump.tar.gz"));
          vm.run("rm /tmp/dump.tar.gz");
        } catch (LabException e) {
          System.err.println(e.getMessage());
        }
      }
    }
    System.err.println("more about this failure: " + results.normalize());
  }

  /** As much as the machine still says. */
  private static void keep(Vm vm, Path folder, String name, String script) {
    String text;
    try {
      Command.Result result = vm.run(script, PATIENCE);
      text = result.output() + result.errors();
    } catch (LabException e) {
      text = String.valueOf(e.getMessage());
    }
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      System.err.println("could not keep " + name + " of " + vm.name() + ": " + e);
    }
  }
}
