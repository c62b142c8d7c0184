// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.config.ListenAddress;
import dev.ferrule.agent.http.Answer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent serves what.
 *
 * @param health null: nowhere
 * @param metrics null: nowhere
 * @param hardFail whether it is an error if one of these addresses is taken
 * @param metricsPages answers at the address of metrics, by path; called by another thread
 */
public record Listening(
    @Nullable ListenAddress health,
    @Nullable ListenAddress metrics,
    boolean hardFail,
    Function<String, Answer> metricsPages) {}
