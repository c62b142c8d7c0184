// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.CompiledService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServicesInForceTest {

  private final Shop shop = new Shop();
  private final ServicesInForce services = new ServicesInForce();

  @Test
  void whileTheAgentIsBusyNobodyWaitsForLong() {
    assertThat(services.services(Duration.ofMillis(20))).isNull();
  }

  @Test
  void whoLooksGetsWhatIsInForceNow() throws Exception {
    shop.put("shop", "web", 1, 1);
    services.changed(shop.state());
    CompletableFuture<List<CompiledService>> asked =
        CompletableFuture.supplyAsync(
            () -> {
              List<CompiledService> told = services.services(Duration.ofSeconds(20));
              return told == null ? List.of() : told;
            });
    while (!asked.isDone()) {
      services.turn();
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(asked.get()).hasSize(1);
    shop.put("shop", "other", 2, 1);
    services.changed(shop.state());
    assertThat(services.services(Duration.ZERO)).as("the copy of before").hasSize(1);
  }
}
