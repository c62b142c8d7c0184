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
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** What could be left behind. Not the elements of our own table: the Pods' order is free. */
  private static final String STATE =
      """
      echo "# packages"; dpkg-query -W -f '${Package} ${Version} ${Status}\\n' | grep -v deinstall || true
      echo "# units"; systemctl list-units --type=service,timer,socket --state=running,failed,listening,waiting --no-legend --plain | awk '{print $1, $4}' \\
        | grep -Ev '^(user|user-runtime-dir|session|sshd)@|^systemd-(tmpfiles|hostnamed|timedated|localed)' | sort
      echo "# addresses"; ip -o address show | awk '{print $2, $3, $4}' | grep -v ' fe80:' | sort
      echo "# routes"; ip route; ip -6 route | grep -v -e fe80 -e '^multicast' | sed 's/ expires.*sec//; s/ pref .*//' | sort
      echo "# tables"; nft list tables | sort
      echo "# iptables"; for one in iptables ip6tables; do for variant in nft legacy; do $one-$variant-save 2>/dev/null \\
        | grep -v -e '^#' -e '^COMMIT' -e '^[*]' -e '^:[A-Z]* [A-Z]' | sed 's/ *\\[[0-9:]*\\]//' | sort; done; done
      echo "# kernel"; sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.conf.all.rp_filter net.ipv4.ip_local_port_range
      echo "# files"; cd /; find etc/ferrule etc/ferrule-pods srv/ferrule etc/sysctl.d etc/default/ferrule -type f -exec sha256sum {} + | sort -k 2
      """;

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
      Object before = context.getStore(OURS).get(BEFORE);
      assertThat(states(fleet)).as("the machines afterwards").isEqualTo(before);
    } catch (AssertionError | LabException e) {
      collect(context, fleet);
      throw e;
    }
  }

  private static Map<String, String> states(Fleet fleet) {
    Map<String, String> states = new LinkedHashMap<>();
    fleet.machines().forEach(vm -> states.put(vm.name(), vm.must(STATE)));
    return states;
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
