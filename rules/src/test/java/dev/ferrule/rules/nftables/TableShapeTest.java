// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.diff.DesiredTable;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Service;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes the packet path flat: Services are elements, never chains or rules. */
final class TableShapeTest {

  @Test
  void chainsAndRulesDoNotDependOnTheNumberOfServices() {
    TableState few = table(10);
    TableState many = table(3_000);
    assertThat(many.chains()).isEqualTo(few.chains());
    assertThat(many.sets().keySet()).isEqualTo(few.sets().keySet());
    assertThat(many.sets().get(Layout.SERVICES))
        .isNotNull()
        .satisfies(services -> assertThat(services.elements()).hasSize(3_000));
  }

  private static TableState table(int services) {
    ServiceCompiler compiler = new ServiceCompiler(CONTEXT);
    List<Frontend> frontends = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      Service service =
          service()
              .named("web-" + i)
              .clusterIps("10.97." + i / 250 + "." + (1 + i % 250))
              .affinity(i % 2 * 60)
              .build();
      frontends.addAll(
          compiler
              .compile(service, List.of(slice("10.244.0.1", "10.244.0.2", "10.244.0.3")))
              .frontends());
    }
    return new DesiredTable(IpFamily.IPV4, List.of(), null, List.of()).build(frontends);
  }
}
