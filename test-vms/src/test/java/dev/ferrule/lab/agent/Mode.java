// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.NetNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What rules are written in; iptables in both variants. */
enum Mode {
  NFTABLES("--proxy-mode nftables"),
  IPTABLES_NFT("--proxy-mode iptables --iptables-variant nft"),
  IPTABLES_LEGACY("--proxy-mode iptables --iptables-variant legacy");

  private final String flags;

  Mode(String flags) {
    this.flags = flags;
  }

  /** The flags that choose it, and more. */
  String[] flags(String... more) {
    List<String> all = new ArrayList<>(List.of(flags.split(" ", -1)));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** What its rules bear the name Ferrule in; empty if none of them are there. */
  List<String> traces(NetNamespace namespace) {
    List<String> found = new ArrayList<>();
    if (this == NFTABLES) {
      list(namespace, "nft", "list", "tables")
          .filter(line -> line.contains(" ferrule"))
          .forEach(found::add);
      return found;
    }
    for (String program : List.of("iptables", "ip6tables")) {
      list(namespace, program + (this == IPTABLES_NFT ? "-nft-save" : "-legacy-save"))
          .filter(line -> line.contains("FERRULE-"))
          .forEach(found::add);
    }
    return found;
  }

  /** All rules and chains of a namespace, whatever they are written in, without counters. */
  static List<String> everything(NetNamespace namespace) {
    List<String> all = new ArrayList<>(list(namespace, "nft", "list", "tables").toList());
    for (String program :
        List.of(
            "iptables-nft-save",
            "ip6tables-nft-save",
            "iptables-legacy-save",
            "ip6tables-legacy-save")) {
      list(namespace, program)
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.replaceAll("\\[\\d+:\\d+]", ""))
          .forEach(all::add);
    }
    return all;
  }

  private static Stream<String> list(NetNamespace namespace, String... words) {
    Command.Result result = namespace.exec(words);
    if (result.exit() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + result.said());
    }
    return result.output().lines();
  }
}
