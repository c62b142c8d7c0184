// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A named network namespace, as {@code ip netns} keeps them. Everything the lab does to a network
 * happens in one of these, so the machine's own interfaces and rules stay out of it.
 */
public record NetNamespace(String name) {
  /**
   * A second of looking for duplicate addresses is a second in which a router does not even ask for
   * its neighbours. Both must be off before an interface is made: the larger value counts.
   */
  private static final Map<String, String> NO_WAITING =
      Map.of("ipv6/conf/all/accept_dad", "0", "ipv6/conf/default/accept_dad", "0");

  /** Where the kernel's handle on it lives. */
  String path() {
    return "/run/netns/" + name;
  }

  /** The command line that runs a program in here. */
  public List<String> command(List<String> words) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(words);
    return all;
  }

  /** Runs a program in here; it may fail. */
  public Command.Result exec(String... words) {
    return Command.run(command(List.of(words)));
  }

  /** Runs a program in here with some input; it may fail. */
  public Command.Result execWithInput(String input, String... words) {
    return Command.run(command(List.of(words)), input);
  }

  /** Runs many lines of {@code ip} in one process: bring-up is bound by processes, not by work. */
  public void ip(List<String> lines) {
    Command.must(List.of("ip", "-n", name, "-batch", "-"), String.join("\n", lines) + "\n");
  }

  /** Sets kernel settings of this namespace, named by their path below /proc/sys/net. */
  public void sysctl(Map<String, String> settings) {
    Sysctl.set(this, settings);
  }

  /** Makes all of these at once, each with its loopback up. */
  public static void create(List<NetNamespace> namespaces) {
    Command.must(
        List.of("ip", "-batch", "-"),
        String.join("\n", namespaces.stream().map(n -> "netns add " + n.name()).toList()) + "\n");
    for (NetNamespace namespace : namespaces) {
      namespace.sysctl(NO_WAITING);
      namespace.ip(List.of("link set lo up"));
    }
  }

  /** Removes these and, with them, every interface, rule and connection in them. */
  public static void delete(List<NetNamespace> namespaces) {
    if (namespaces.isEmpty()) {
      return;
    }
    // -force goes on after a failed line, so one that is gone already cannot keep the others alive
    Command.run(
        List.of("ip", "-force", "-batch", "-"),
        String.join("\n", namespaces.stream().map(n -> "netns del " + n.name()).toList()) + "\n");
  }
}
