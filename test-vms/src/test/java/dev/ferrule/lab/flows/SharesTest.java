// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static final Shares ONE_TO_TWO = new Shares(Map.of("a", 1, "b", 2));

  @Test
  void chanceIsNoFault() {
    assertThat(ONE_TO_TWO.packets()).isEqualTo(600);
    assertThat(ONE_TO_TWO.fit(Map.of("a", 200, "b", 400))).isTrue();
    assertThat(ONE_TO_TWO.fit(Map.of("a", 230, "b", 370))).isTrue();
  }

  @Test
  void equalSharesAreNotOneToTwo() {
    assertThat(ONE_TO_TWO.fit(Map.of("a", 300, "b", 300))).isFalse();
    assertThat(ONE_TO_TWO.fit(Map.of("b", 600))).isFalse();
  }

  @Test
  void aLightTargetTakesMorePackets() {
    Shares light = new Shares(Map.of("a", 1, "b", 50));
    assertThat(light.packets()).isEqualTo(3060);
    assertThat(light.fit(Map.of("b", light.packets()))).isFalse();
  }
}
