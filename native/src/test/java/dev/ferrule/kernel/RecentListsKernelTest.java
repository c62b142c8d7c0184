// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real lists of the real module, made by rules of the test. */
class RecentListsKernelTest {

  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");
  private static final IpAddress SIX = IpAddress.parse("2001:db8::1");

  @KernelTest
  void whatIsPutOnAListIsThereAndGrowsOld() throws Exception {
    make("iptables-nft", "RECENT-4");
    make("ip6tables-legacy", "RECENT-6");
    assertThat(RecentLists.names("RECENT-")).containsExactly("RECENT-4", "RECENT-6");
    assertThat(RecentLists.idleMillis(List.of("RECENT-4", "RECENT-6"))).isEmpty();

    RecentLists.add("RECENT-4", List.of(ONE));
    TimeUnit.MILLISECONDS.sleep(1_000);
    RecentLists.add("RECENT-4", List.of(TWO));
    RecentLists.add("RECENT-6", List.of(SIX));
    Map<String, Map<IpAddress, Long>> idle =
        RecentLists.idleMillis(List.of("RECENT-4", "RECENT-6", "RECENT-NONE"));

    assertThat(idle).containsOnlyKeys("RECENT-4", "RECENT-6");
    Map<IpAddress, Long> four = idle.getOrDefault("RECENT-4", Map.of());
    assertThat(four).containsOnlyKeys(ONE, TWO);
    assertThat(four.get(ONE)).isBetween(1_000L, 60_000L);
    assertThat(four.getOrDefault(ONE, 0L) - four.getOrDefault(TWO, 0L)).isGreaterThan(900);
    assertThat(idle.get("RECENT-6")).containsOnlyKeys(SIX);
    assertThat(RecentLists.size("RECENT-4")).isEqualTo(2);
    assertThat(RecentLists.size("RECENT-6")).isEqualTo(1);
  }

  @KernelTest
  void aFullListForgetsWhomItHasNotSeenForTheLongestTime() throws Exception {
    make("iptables-nft", "RECENT-FULL");
    int limit = RecentLists.limit().orElseThrow();
    List<IpAddress> many = new ArrayList<>();
    for (int i = 0; i <= limit; i++) {
      many.add(ONE.plus(i));
    }
    RecentLists.add("RECENT-FULL", many);
    assertThat(RecentLists.size("RECENT-FULL")).isEqualTo(limit);
    assertThat(RecentLists.idleMillis(List.of("RECENT-FULL")).getOrDefault("RECENT-FULL", Map.of()))
        .doesNotContainKey(ONE)
        .containsKey(ONE.plus(limit));
  }

  @KernelTest
  void aListThatIsNotThereIsNamed() throws Exception {
    assertThat(RecentLists.names("RECENT-")).isEmpty();
    assertThat(RecentLists.size("RECENT-NONE")).isZero();
    assertThatThrownBy(() -> RecentLists.add("RECENT-NONE", List.of(ONE)))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("RECENT-NONE");
  }

  private static void make(String program, String list) throws Exception {
    Command.run(program, "-t", "nat", "-N", list);
    Command.run(
        program, "-t", "nat", "-A", list, "-m", "recent", "--name", list, "--set", "--rsource");
  }
}
