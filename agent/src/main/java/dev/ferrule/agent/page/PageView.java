// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.Drift;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is on one page.
 *
 * @param now when it was made
 * @param asked which Services were asked for
 * @param services null if the agent has not told of any yet
 * @param ratesKnown whether rates are those of connections; else there are none to show yet
 * @param commits the latest first
 * @param drifts the latest last
 */
record PageView(
    Instant now,
    Standing standing,
    ServiceQuery asked,
    ServiceRows.@Nullable Chosen services,
    boolean ratesKnown,
    List<CommitLog.Entry> commits,
    List<Drift> drifts,
    List<LatencyHistogram.Bucket> latencies) {}
