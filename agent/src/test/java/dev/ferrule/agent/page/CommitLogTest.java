// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.model.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitLogTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final Shop shop = new Shop();
  private final CommitLog log = new CommitLog();

  private void committed(Commit.Cause cause, Changes changes) {
    log.add(NOON, new Commit(cause, changes, Duration.ofMillis(2)), shop.state().forwarding());
  }

  @Test
  void aSmallChangeIsToldAsADiff() {
    committed(Commit.Cause.SOURCE, shop.put("shop", "web", 1, 2).changes());
    CommitLog.Entry entry = log.latest().get(0);
    assertThat(entry.summary()).startsWith("Services +1 ~0 -0; kernel objects +");
    assertThat(entry.diff()).contains("+ Service shop/web").doesNotContain("Plan:");
    assertThat(entry.diff().lines()).allMatch(line -> line.isBlank() || line.contains("+ "));
    assertThat(entry.left()).isZero();
  }

  @Test
  void whatChangesNothingIsNotKept() {
    committed(Commit.Cause.SOURCE, Changes.NONE);
    committed(Commit.Cause.START, Changes.NONE);
    assertThat(log.latest()).isEmpty();
    committed(Commit.Cause.RETRY, Changes.NONE);
    assertThat(log.latest()).hasSize(1);
  }

  @Test
  void theLatestAreKeptAndComeFirst() {
    for (int i = 1; i <= CommitLog.KEPT + 3; i++) {
      committed(Commit.Cause.SOURCE, shop.put("shop", "web-" + i, i, 1).changes());
    }
    assertThat(log.latest()).hasSize(CommitLog.KEPT);
    assertThat(log.latest().get(0).diff()).contains("shop/web-" + (CommitLog.KEPT + 3));
  }

  @Test
  void aLargeChangeIsToldByItsSize() {
    Map<ObjectName, Integer> many =
        IntStream.range(1, 201)
            .boxed()
            .collect(
                Collectors.toMap(i -> new ObjectName("shop", "web-" + i), Function.identity()));
    committed(Commit.Cause.SOURCE, shop.put(many, 3).changes());
    assertThat(log.latest().get(0).summary()).matches("[0-9]+ changes");
    assertThat(log.latest().get(0).diff()).isEmpty();
    committed(Commit.Cause.START, shop.state().firstDifferenceTo(KernelState.NONE));
    assertThat(log.latest().get(0).summary()).matches("our tables with [0-9]+ elements");
  }

  @Test
  void aLongDiffIsCutBetweenLines() {
    Map<ObjectName, Integer> some =
        IntStream.range(1, 21)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> new ObjectName("shop", "w".repeat(50) + i), Function.identity()));
    committed(Commit.Cause.SOURCE, shop.put(some, 3).changes());
    CommitLog.Entry entry = log.latest().get(0);
    assertThat(entry.diff().length()).isBetween(CommitLog.LENGTH / 2, CommitLog.LENGTH);
    assertThat(entry.left()).isPositive();
  }
}
