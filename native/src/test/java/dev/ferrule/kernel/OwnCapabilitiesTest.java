// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnCapabilitiesTest {

  @Test
  void theEffectiveOnesCount() {
    String service = "Name:\tjava\nCapPrm:\tffffffffffffffff\nCapEff:\t0000000000001000\n";
    assertThat(OwnCapabilities.has(service, OwnCapabilities.NET_RAW)).isFalse();
    assertThat(OwnCapabilities.has(service, 12)).isTrue();
    assertThat(OwnCapabilities.has("CapEff:\tffffffffffffffff\n", 63)).isTrue();
    assertThat(OwnCapabilities.has("", OwnCapabilities.NET_RAW)).as("not known").isTrue();
  }
}
