// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class HashTableTest {

  private static final int SLOTS = Balancing.DEFAULT_HASH_SLOTS;

  @Property(tries = 100)
  void aBackendThatGoesGivesUpItsOwnSlotsOnly(
      @ForAll @IntRange(min = 2, max = 40) int count, @ForAll @IntRange(max = 39) int which) {
    List<Backend> all = backends(count);
    Backend gone = all.get(which % count);
    List<Backend> left = new ArrayList<>(all);
    left.remove(gone);
    List<Backend> before = HashTable.fill(all, List.of(), SLOTS);
    List<Backend> after = HashTable.fill(left, List.of(), SLOTS);
    for (int slot = 0; slot < SLOTS; slot++) {
      if (!before.get(slot).equals(gone)) {
        assertThat(after.get(slot)).isEqualTo(before.get(slot));
      }
    }
  }

  @Test
  void aWeightThatGrowsTakesSlotsAndMovesNoOther() {
    List<Backend> backends = backends(4);
    List<Backend> before = HashTable.fill(backends, List.of(1, 1, 1, 2), SLOTS);
    List<Backend> after = HashTable.fill(backends, List.of(3, 1, 1, 2), SLOTS);
    for (int slot = 0; slot < SLOTS; slot++) {
      if (!after.get(slot).equals(backends.get(0))) {
        assertThat(after.get(slot)).isEqualTo(before.get(slot));
      }
    }
    assertThat(Collections.frequency(after, backends.get(0)))
        .isGreaterThan(Collections.frequency(before, backends.get(0)));
  }

  @Test
  void sharesFollowTheWeights() {
    List<Backend> backends = backends(3);
    int slots = 60_000;
    List<Backend> table = HashTable.fill(backends, List.of(1, 2, 3), slots);
    for (int i = 0; i < 3; i++) {
      assertThat(Collections.frequency(table, backends.get(i)))
          .isBetween(slots / 6 * (i + 1) - 600, slots / 6 * (i + 1) + 600);
    }
  }

  @Test
  void equalWeightsAreLikeNone() {
    List<Backend> backends = backends(7);
    assertThat(HashTable.fill(backends, Collections.nCopies(7, 5), SLOTS))
        .isEqualTo(HashTable.fill(backends, List.of(), SLOTS));
  }

  /** A change here moves the clients of every cluster at its next upgrade. */
  @Test
  void theTableIsTheSameInEveryVersion() {
    List<Backend> table = HashTable.fill(backends(4), List.of(), 16);
    assertThat(table)
        .extracting(backend -> backend.address().toString().substring(9))
        .containsExactly(
            "3", "3", "2", "1", "4", "4", "2", "3", "1", "3", "3", "1", "1", "2", "2", "2");
  }

  private static List<Backend> backends(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Backend(IpAddress.parse("10.244.1." + (i + 1)), 8080))
        .toList();
  }
}
