// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class SteadyTrafficTest {
  @Test
  void countsAnswersAndFailuresApart() throws IOException, InterruptedException {
    try (Lab lab = Lab.open(1);
        EchoServers servers = EchoServers.start()) {
      LabPod pod = lab.addPod(lab.node(1), "web");
      EchoServers.Server server =
          servers.listen(pod.namespace(), "web", pod.ipv4(), 80, Protocol.TCP);
      SteadyTraffic traffic =
          SteadyTraffic.start(
              Caller.in(lab.node(1).namespace()), pod.ipv4(), 80, Duration.ofMillis(1));
      Thread.sleep(200);
      server.close();
      Thread.sleep(200);
      SteadyTraffic.Tally tally = traffic.stop();
      assertThat(tally.answered()).containsOnlyKeys("web");
      assertThat(tally.failures()).isPositive();
      assertThat(tally.connections())
          .isEqualTo(tally.answered().getOrDefault("web", 0) + tally.failures());
    }
  }
}
