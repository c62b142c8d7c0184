// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.ObjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusReportTest {

  private static final Path PAGE = Path.of("../docs/control.md");
  private static final String BEGIN = "$ ferrule status -o json\n";

  private static final StatusReport.Identity IDENTITY =
      new StatusReport.Identity(
          "1.2", "17.0.1", "6.1.0", "nftables", "1.0.6", "https://api:6443", "node1", 42);

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
    assertThat(
            board
                .report(IDENTITY, Duration.ofSeconds(-1), List.of(), new DriftHistory(), null, 0)
                .state())
        .isEqualTo(State.BEHIND);
  }

  @Test
  void whatWaitsIsCountedUntilItIsCommitted() {
    board.queued();
    board.changed(
        new CatalogChange(
            Map.of(new ObjectName("default", "web"), Optional.empty()),
            Map.of(
                new ObjectName("default", "web"), List.of(), new ObjectName("a", "b"), List.of()),
            null,
            List.of()));
    assertThat(report(new DriftHistory()).pending())
        .isNotNull()
        .returns(1, StatusReport.Pending::services)
        .returns(2, StatusReport.Pending::endpoints);
    board.committed(new Commit(Commit.Cause.SOURCE, Changes.NONE, Duration.ofMillis(3)));
    assertThat(report(new DriftHistory()).pending()).isNull();
  }

  @Test
  void repairsAreCountedAndWhoFightsIsNamed() {
    DriftHistory history = new DriftHistory();
    assertThat(report(history).drift().last()).isNull();
    history.add(drift(Instant.now()));
    history.fight("nft (4711)");
    assertThat(report(history).drift())
        .returns(1L, StatusReport.Repairs::count)
        .returns("nft (4711)", StatusReport.Repairs::opponent);
    history.peace();
    assertThat(report(history).drift().opponent()).isEmpty();
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
            List.of(
                new SourceState(
                    "services",
                    SourceState.Condition.FOLLOWING,
                    now.minusSeconds(7000),
                    now.minusSeconds(5),
                    ""),
                new SourceState(
                    "endpointslices",
                    SourceState.Condition.AWAY,
                    now.minusSeconds(20),
                    now.minusSeconds(25),
                    "connection refused")),
            now.minusSeconds(5),
            new StatusReport.LastCommit(
                now.minusSeconds(300), Commit.Cause.SOURCE, Duration.ofNanos(1_250_000), 12),
            new StatusReport.Pending(now.minusSeconds(4), 2, 1),
            now.minusSeconds(3),
            2,
            new StatusReport.Repairs(1, drift(now.minusSeconds(10_000)), "nft (4711)"),
            List.of(Problem.skipped("web.yaml", "Service default/web", "spec.ports", "is missing")),
            new StatusReport.Counts(3, 4, 5, 2, 24, 130),
            64 << 20);
    assertThat(StatusText.of(report))
        .isEqualTo(
            """
            State:          failing since 3 s
            Source:         https://api:6443, last news 5 s ago
                            services: following for 116 min, last read 5 s ago
                            endpointslices: away for 20 s, connection refused, last read 25 s ago
            Last commit:    5 min ago, took 1.3 ms, because of news of the source; 12 since the start
            Pending:        2 Services, 1 with other endpoints, since 4 s
            Failed commits: 2
            Drift:          1 repair, the last 2 h ago: nft (4711): ip chain dispatch missing
                            nft (4711) fights with us: stop that program
            Problems:       1
                            web.yaml: Service default/web: spec.ports: is missing
            In force:       3 Services, 4 addresses with ports, 5 endpoints
            In kernel:      2 tables, 24 sets, 130 elements
            Running:        ferrule 1.2 as process 42 on node node1 since 3 days, 64 MiB
            Rules:          nftables, Linux 6.1.0, Java 17.0.1, nft 1.0.6
            """);
    assertThat(StatusJson.of(report)).isEqualTo(inDocumentation(StatusJson.of(report)));
  }

  /** The example of docs/control.md; {@code -Dferrule.golden.update=true} writes it anew. */
  private static String inDocumentation(String json) {
    try {
      String page = Files.readString(PAGE);
      int begin = page.indexOf(BEGIN) + BEGIN.length();
      int end = page.indexOf("```", begin);
      if (Boolean.getBoolean("ferrule.golden.update")) {
        Files.writeString(PAGE, page.substring(0, begin) + json + page.substring(end));
        return json;
      }
      return page.substring(begin, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Drift drift(Instant at) {
    return new Drift(
        at,
        "nft",
        "nft (4711)",
        "ip chain dispatch missing",
        1,
        Duration.ofMillis(12),
        Duration.ofMillis(3));
  }

  private StatusReport report(DriftHistory history) {
    return board.report(IDENTITY, Duration.ofMinutes(1), List.of(), history, null, 0);
  }

  private State state() {
    return report(new DriftHistory()).state();
  }
}
