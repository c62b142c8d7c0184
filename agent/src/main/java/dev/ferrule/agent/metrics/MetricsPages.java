// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.http.Answer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What kube-proxy serves beside its metrics: {@code /metrics}, /healthz and /proxyMode. */
final class MetricsPages {

  private final PrometheusRegistry registry;
  private final String mode;

  /**
   * @param mode {@code nftables} or {@code iptables}
   */
  MetricsPages(PrometheusRegistry registry, String mode) {
    this.registry = registry;
    this.mode = mode;
  }

  /** The answer to a request. */
  Answer page(String path) {
    return switch (path) {
      case "/metrics" -> metrics();
      case "/healthz" -> Answer.text(Answer.OK, "ok");
      case "/proxyMode" -> Answer.text(Answer.OK, mode);
      default -> Answer.notFound();
    };
  }

  private Answer metrics() {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(
        Answer.OK,
        Map.of("Content-Type", writer.getContentType()),
        text.toString(StandardCharsets.UTF_8));
  }
}
