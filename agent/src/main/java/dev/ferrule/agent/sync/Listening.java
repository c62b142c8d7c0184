// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.config.ListenAddress;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent serves what.
 *
 * @param health null: nowhere
 * @param metrics null: nowhere
 * @param hardFail whether it is an error if one of these addresses is taken
 * @param mode what {@code /proxyMode} says
 * @param registry what {@code /metrics} shows
 */
public record Listening(
    @Nullable ListenAddress health,
    @Nullable ListenAddress metrics,
    boolean hardFail,
    String mode,
    PrometheusRegistry registry) {}
