// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import dev.ferrule.rules.iptables.XtChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What this host tells anybody, or those with the privilege who ask. */
public final class HostParts {

  /** Kernel parameters that decide about what we do, below /proc/sys. */
  private static final List<String> PARAMETERS =
      List.of(
          "kernel/osrelease",
          "net/bridge/bridge-nf-call-ip6tables",
          "net/bridge/bridge-nf-call-iptables",
          "net/ipv4/conf/all/route_localnet",
          "net/ipv4/conf/all/rp_filter",
          "net/ipv4/conf/default/rp_filter",
          "net/ipv4/ip_forward",
          "net/ipv4/ip_local_port_range",
          "net/ipv4/ip_local_reserved_ports",
          "net/ipv6/conf/all/forwarding",
          "net/netfilter/nf_conntrack_buckets",
          "net/netfilter/nf_conntrack_count",
          "net/netfilter/nf_conntrack_max",
          "net/netfilter/nf_conntrack_tcp_be_liberal",
          "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
          "net/netfilter/nf_conntrack_tcp_timeout_established",
          "net/netfilter/nf_conntrack_udp_timeout",
          "net/netfilter/nf_conntrack_udp_timeout_stream");

  private static final int PATIENCE_SECONDS = 60;

  private HostParts() {}

  /** Kernel parameters, one a line as sysctl(8) prints them. */
  public static String parameters() {
    StringBuilder text = new StringBuilder();
    for (String parameter : PARAMETERS) {
      text.append(parameter.replace('/', '.')).append(" = ");
      try {
        text.append(Files.readString(Path.of("/proc/sys", parameter)).strip());
      } catch (IOException e) {
        text.append("(not there)");
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Counters of connection tracking: no addresses. */
  public static String connectionTracking() {
    try {
      return Files.readString(Path.of("/proc/net/stat/nf_conntrack"));
    } catch (IOException e) {
      return "not there: " + e.getMessage() + "\n";
    }
  }

  /** Our tables as nft lists them, in force now. */
  public static String ourTables() {
    return run("nft", "list", "table", "ip", "ferrule")
        + run("nft", "list", "table", "ip6", "ferrule");
  }

  /** The names of all tables of nftables. */
  public static String tableNames() {
    return run("nft", "list", "tables");
  }

  /**
   * Chains of ours and what leads to them, of both variants of iptables and both families. What
   * other programs have there is left out.
   */
  public static String ourIptablesRules() {
    StringBuilder text = new StringBuilder();
    for (String variant : List.of("nft", "legacy")) {
      for (String program : List.of("iptables-" + variant, "ip6tables-" + variant)) {
        // Without a table's name it shows those that are there and makes none.
        List<String> ours = run(program + "-save").lines().filter(HostParts::isOurs).toList();
        if (ours.stream().anyMatch(line -> line.contains(XtChain.PREFIX))) {
          text.append("# ").append(program).append('\n');
          ours.forEach(line -> text.append(line).append('\n'));
        }
      }
    }
    return text.isEmpty() ? "no chains of ours\n" : text.toString();
  }

  private static boolean isOurs(String line) {
    return line.startsWith("*") || line.contains(XtChain.PREFIX);
  }

  /** What a program says, and how it failed. */
  private static String run(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      CompletableFuture<Void> end =
          CompletableFuture.runAsync(
              process::destroyForcibly,
              CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean cut = end.isDone();
      end.cancel(true);
      return cut ? said + "(cut off after " + PATIENCE_SECONDS + " s)\n" : said;
    } catch (IOException e) {
      return "could not run " + words[0] + ": " + e.getMessage() + "\n";
    }
  }
}
