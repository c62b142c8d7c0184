// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The process, its Java machine, and how full the host's connection tracking is. */
final class HostMetrics {

  private static final Path CONNTRACK = Path.of("/proc/sys/net/netfilter");

  private HostMetrics() {}

  /**
   * Registers them.
   *
   * @param version of this program
   */
  static void register(PrometheusRegistry registry, String version) {
    conntrack(
        registry,
        "ferrule_conntrack_entries",
        "Connections that the host tracks now.",
        "nf_conntrack_count");
    conntrack(
        registry,
        "ferrule_conntrack_limit",
        "Connections that the host tracks at most; beyond it, new ones are dropped.",
        "nf_conntrack_max");
    Info.builder()
        .name("ferrule_build_info")
        .help("The version that runs.")
        .labelNames("version", "java")
        .register(registry)
        .addLabelValues(version, Runtime.version().toString());
    JvmMetrics.builder().register(registry);
  }

  private static void conntrack(
      PrometheusRegistry registry, String name, String help, String file) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> number(CONNTRACK.resolve(file)).ifPresent(callback::call))
        .register(registry);
  }

  /** Not there before the module is loaded, which the first commit does. */
  private static OptionalLong number(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
