// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReportTest {

  private static final StatusReport.Identity IDENTITY =
      new StatusReport.Identity("1.2", "17.0.1", "6.1.0", "nftables", "/etc/m", "node1", 42);

  private final StatusBoard board = new StatusBoard();

  @Test
  void theStateFollowsWhatTheSyncThreadTells() {
    assertThat(state()).isEqualTo(State.STARTING);
    board.failed();
    assertThat(state()).isEqualTo(State.FAILING);
    board.committed(new Commit(Commit.Cause.RETRY, Changes.NONE, Duration.ofMillis(3)));
    assertThat(state()).isEqualTo(State.IN_STEP);
    board.queued();
    assertThat(state()).isEqualTo(State.IN_STEP);
    assertThat(board.report(IDENTITY, Duration.ofSeconds(-1), null, 0).state())
        .isEqualTo(State.BEHIND);
  }

  @Test
  void repairsAreCounted() {
    board.committed(new Commit(Commit.Cause.START, Changes.NONE, Duration.ofMillis(3)));
    board.committed(new Commit(Commit.Cause.DRIFT, Changes.NONE, Duration.ofMillis(3)));
    assertThat(board.report(IDENTITY, Duration.ofMinutes(1), null, 0).drift().repairs()).isOne();
  }

  @Test
  void thePageIsReadAtAGlance() {
    Instant now = Instant.parse("2026-01-31T12:00:00Z");
    StatusReport report =
        new StatusReport(
            now,
            State.FAILING,
            IDENTITY,
            now.minusSeconds(86_400 * 3),
            now.minusSeconds(5),
            new StatusReport.LastCommit(
                now.minusSeconds(300), Commit.Cause.SOURCE, Duration.ofNanos(1_250_000), 12),
            now.minusSeconds(4),
            now.minusSeconds(3),
            2,
            new StatusReport.Drift(1, now.minusSeconds(10_000)),
            List.of(Problem.skipped("web.yaml", "Service default/web", "spec.ports", "is missing")),
            new StatusReport.Counts(3, 4, 5),
            64 << 20);
    assertThat(StatusText.of(report))
        .isEqualTo(
            """
            State:          failing since 3 s
            Source:         /etc/m, last news 5 s ago
            Last commit:    5 min ago, took 1.3 ms, because of news of the source; 12 since the start
            Pending:        since 4 s
            Failed commits: 2
            Drift:          1 repairs, the last 2 h ago
            Problems:       1
                            web.yaml: Service default/web: spec.ports: is missing
            In force:       3 Services, 4 addresses with ports, 5 endpoints
            Running:        ferrule 1.2 as process 42 on node node1 since 3 days, 64 MiB
            Rules:          nftables, Linux 6.1.0, Java 17.0.1
            """);
    assertThat(StatusJson.of(report)).contains("\"state\" : \"failing\"", "\"cause\" : \"source\"");
  }

  private State state() {
    return board.report(IDENTITY, Duration.ofMinutes(1), null, 0).state();
  }
}
