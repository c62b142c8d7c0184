// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a packet meets that looks up its Service before a commit and its endpoint after it: the
 * kernel answers each lookup from what is in force at that moment.
 */
@Tag("kernel")
class SlotGoneTest {

  private static final String WEB = "10.96.1.1";
  private static final String WEB6 = "fd00:10:96::101";
  private static final int CONNECTIONS = 40;

  @TempDir private Path work;

  private Cluster cluster;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    List<LabPod> pods = Stream.of("web-1", "web-2", "web-3").map(cluster::pod).toList();
    cluster.put("web-slices.yaml", Texts.slices("web", pods));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aConnectionWhoseSlotIsGoneGoesToTheFirstEndpoint() throws IOException {
    serve();
    takeAwayAllButTheFirst();
    expectOneEndpoint(WEB);
    expectOneEndpoint(WEB6);
  }

  @Test
  void alsoWithSessionAffinity() throws IOException {
    serve("sessionAffinity: ClientIP");
    takeAwayAllButTheFirst();
    expectOneEndpoint(WEB);
  }

  private void serve(String... fields) {
    cluster.put(
        "web.yaml",
        Texts.service(
            "web",
            List.of(WEB, WEB6),
            Stream.concat(Stream.of("ipFamilyPolicy: RequireDualStack"), Stream.of(fields))
                .toArray(String[]::new)));
    assertThat(cluster.ferrule("apply").exit()).isZero();
  }

  private void takeAwayAllButTheFirst() {
    for (Map.Entry<String, String> one : Map.of("ip", WEB, "ip6", WEB6).entrySet()) {
      for (int slot = 1; slot <= 2; slot++) {
        String script =
            "delete element %s ferrule endpoints { %s . tcp . 80 . %d }%n"
                .formatted(one.getKey(), one.getValue(), slot);
        assertThat(cluster.nft(script).said()).isEmpty();
      }
    }
  }

  private void expectOneEndpoint(String address) throws IOException {
    try (Caller caller = Caller.in(cluster.host())) {
      assertThat(caller.spread(address, 80, CONNECTIONS)).hasSize(1).containsValue(CONNECTIONS);
    }
  }
}
