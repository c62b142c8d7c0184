// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastingAddressesTest {

  private static final IpAddress ONE = IpAddress.parse("192.168.0.2");
  private static final IpAddress OTHER = IpAddress.parse("192.168.1.2");
  private static final long LASTING = LastingAddresses.LASTING.toNanos();

  private long now = Long.MAX_VALUE - LASTING; // it may turn over

  @Test
  void whatComesIsRememberedAtOnceAndWhatGoesForAWhile() {
    LastingAddresses lasting = new LastingAddresses(List.of(), now);
    lasting.are(List.of(OTHER, ONE), now);
    assertThat(lasting.remembered(now)).containsExactly(ONE, OTHER);
    assertThat(lasting.someAreGone()).isFalse();
    now += 3 * LASTING;
    assertThat(lasting.remembered(now)).containsExactly(ONE, OTHER);
    lasting.are(List.of(ONE), now);
    assertThat(lasting.remembered(now + LASTING - 1)).containsExactly(ONE, OTHER);
    assertThat(lasting.someAreGone()).isTrue();
    assertThat(lasting.remembered(now + LASTING)).containsExactly(ONE);
    assertThat(lasting.someAreGone()).isFalse();
  }

  @Test
  void whatAnEarlierRunRememberedGoesOnlyAfterAWhile() {
    LastingAddresses lasting = new LastingAddresses(List.of(OTHER), now);
    lasting.are(List.of(), now);
    lasting.are(List.of(ONE), now + 1);
    assertThat(lasting.remembered(now + 2)).containsExactly(ONE, OTHER);
    assertThat(lasting.remembered(now + LASTING)).containsExactly(ONE);
  }

  @Test
  void whatComesBackInTimeStays() {
    LastingAddresses lasting = new LastingAddresses(List.of(), now);
    lasting.are(List.of(ONE), now);
    lasting.are(List.of(), now);
    lasting.are(List.of(ONE), now + LASTING - 1);
    assertThat(lasting.remembered(now + 2 * LASTING)).containsExactly(ONE);
  }
}
