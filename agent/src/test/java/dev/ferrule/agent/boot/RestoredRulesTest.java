// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredRulesTest {

  private static final IpAddress ETH0 = IpAddress.parse("192.168.0.2");
  private static final IpAddress ETH1 = IpAddress.parse("192.168.1.2");
  private static final IpAddress NEW = IpAddress.parse("192.168.2.2");
  private static final Commit START = new Commit(Commit.Cause.START, Changes.NONE, Duration.ZERO);
  private static final long AWAITED = RestoredRules.AWAITED.toNanos() / 1000;

  @TempDir private Path directory;

  private final List<String> lines = new ArrayList<>();
  private ThisBoot now = new ThisBoot("this", 1000);

  private RestoredRules rules() {
    return new RestoredRules(directory, () -> now, Log.of(lines::add));
  }

  private void restored() throws IOException {
    new RestoreMark("this", 1000, false, List.of(ETH0, ETH1)).write(directory);
  }

  @Test
  void withoutARestoreWhatIsThereCounts() {
    RestoredRules rules = rules();
    assertThat(rules.areAsSaved()).isFalse();
    assertThat(rules.withAwaited(List.of(NEW))).containsExactly(NEW);
    rules.committed(START);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anAddressIsAwaitedUntilItWasThereOnce() throws IOException {
    restored();
    RestoredRules rules = rules();
    assertThat(rules.withAwaited(List.of())).containsExactly(ETH0, ETH1);
    assertThat(rules.withAwaited(List.of(NEW, ETH0))).containsExactly(NEW, ETH0, ETH1);
    assertThat(rules.awaited()).containsExactly(ETH1);
    assertThat(rules.withAwaited(List.of(NEW))).containsExactly(NEW, ETH1);
  }

  @Test
  void anAddressThatNeverComesIsGivenUpAndTold() throws IOException {
    restored();
    RestoredRules rules = rules();
    now = new ThisBoot("this", 1000 + AWAITED - 1);
    assertThat(rules.withAwaited(List.of(ETH0))).containsExactly(ETH0, ETH1);
    assertThat(lines).isEmpty();
    now = new ThisBoot("this", 1000 + AWAITED);
    assertThat(rules.withAwaited(List.of(ETH0))).containsExactly(ETH0);
    assertThat(rules.withAwaited(List.of(ETH0))).containsExactly(ETH0);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("192.168.1.2").doesNotContain("192.168.0.2");
  }

  @Test
  void anotherBootIsNothingToThisOne() throws IOException {
    restored();
    now = new ThisBoot("next", 2000);
    assertThat(rules().areAsSaved()).isFalse();
    assertThat(rules().withAwaited(List.of())).isEmpty();
  }

  @Test
  void theFirstCommitIsTheEndOfWhatWasSavedButNotOfWaiting() throws IOException {
    restored();
    RestoredRules rules = rules();
    assertThat(rules.areAsSaved()).isTrue();
    assertThat(rules().areAsSaved()).isTrue();
    rules.committed(START);
    assertThat(rules.areAsSaved()).isFalse();
    assertThat(rules().areAsSaved()).isFalse();
    assertThat(rules().withAwaited(List.of())).containsExactly(ETH0, ETH1);
    assertThat(lines).isEmpty();
  }

  @Test
  void aDamagedMarkIsNotUsed() throws IOException {
    restored();
    Path mark = RestoreMark.file(directory);
    byte[] bytes = Files.readAllBytes(mark);
    bytes[bytes.length - 3] ^= 1;
    Files.write(mark, bytes);
    assertThat(rules().areAsSaved()).isFalse();
    assertThat(rules().withAwaited(List.of(NEW))).containsExactly(NEW);
  }

  @Test
  void whatIsMarkedCountsInThisBoot() throws IOException {
    RestoredRules.mark(directory, List.of(ETH1));
    RestoredRules rules = RestoredRules.of(directory, Log.of(lines::add));
    assertThat(rules.areAsSaved()).isTrue();
    assertThat(rules.withAwaited(List.of())).containsExactly(ETH1);
  }

  @Test
  void withoutAStateDirectoryNothingIsMarked() throws IOException {
    Path none = directory.resolve("none");
    RestoredRules.mark(none, List.of(ETH1));
    assertThat(none).doesNotExist();
    assertThat(RestoredRules.of(none, Log.of(lines::add)).areAsSaved()).isFalse();
    assertThat(lines).isEmpty();
  }
}
