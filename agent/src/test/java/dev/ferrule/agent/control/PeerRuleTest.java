// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.UnixPeer;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerRuleTest {

  private static final PeerRule RULE = new PeerRule(500, OptionalInt.of(77));

  @Test
  void rootTheAgentItselfAndTheGroupMayAsk() {
    assertThat(RULE.refusal(new UnixPeer(1, 0, Set.of(0)))).isNull();
    assertThat(RULE.refusal(new UnixPeer(1, 500, Set.of(500)))).isNull();
    assertThat(RULE.refusal(new UnixPeer(1, 1000, Set.of(77)))).isNull();
    assertThat(RULE.refusal(new UnixPeer(1, 1000, Set.of(1000, 4, 77)))).isNull();
  }

  @Test
  void othersAreToldWhy() {
    assertThat(RULE.refusal(new UnixPeer(1, 1000, Set.of(0, 500, 1000))))
        .isEqualTo(
            "user 1000 may not ask this agent: only root and members of the group ferrule may");
    assertThat(new PeerRule(500, OptionalInt.empty()).refusal(new UnixPeer(1, 77, Set.of(77))))
        .isNotNull();
  }
}
