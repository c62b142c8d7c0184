// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.ObjectName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServiceRowsTest {

  private static final int MANY = 10_000;

  private static final Shop SHOP = new Shop();
  private final RateHistory rates = new RateHistory();
  private final ServiceRows rows = new ServiceRows(rates);

  @BeforeAll
  static void open() {
    Map<ObjectName, Integer> numbers = new HashMap<>();
    for (int i = 1; i <= MANY; i++) {
      numbers.put(new ObjectName("ns-" + i % 10, "web-" + i), i);
    }
    SHOP.put(numbers, 3);
    SHOP.put("ns-0", "lonely", MANY + 1, 0);
  }

  private ServiceRows.Chosen choose(String query) {
    return rows.choose(
        List.copyOf(SHOP.state().forwarding().services()), ServiceQuery.parse(query));
  }

  private static List<String> names(ServiceRows.Chosen chosen) {
    return chosen.rows().stream().map(row -> row.name().toString()).toList();
  }

  @Test
  void aPageIsShortHoweverManyServicesThereAre() {
    ServiceRows.Chosen first = choose("");
    assertThat(first.rows()).hasSize(ServiceRows.PAGE);
    assertThat(first.all()).isEqualTo(MANY + 1);
    assertThat(first.pages()).isEqualTo(201);
    ServiceRows.Chosen last = choose("page=99999");
    assertThat(last.query().page()).isEqualTo(201);
    assertThat(last.rows()).hasSize(1);
  }

  @Test
  void thoseWithMostConnectionsComeFirst() {
    ServicePortName busy = new ServicePortName(new ObjectName("ns-7", "web-777"), "http");
    rates.add(new ConnectionCounts(0, Map.of(busy, 0L), Map.of()));
    rates.add(new ConnectionCounts(1_000_000_000, Map.of(busy, 9L), Map.of()));
    assertThat(names(choose(""))).startsWith("ns-7/web-777", "ns-0/lonely");
    assertThat(names(choose("sort=name"))).startsWith("ns-0/lonely", "ns-0/web-10");
    assertThat(choose("").rows().get(0).rate()).isEqualTo(9f);
  }

  @Test
  void servicesAreFoundByPartOfTheirNameByNamespaceByAddressAndByWhatTheyLack() {
    assertThat(names(choose("q=WEB-77&namespace=ns-7"))).contains("ns-7/web-777", "ns-7/web-77");
    assertThat(names(choose("q=10.96.0.5"))).containsExactly("ns-5/web-5");
    assertThat(names(choose("q=10.244.0.21"))).as("of an endpoint").containsExactly("ns-5/web-5");
    assertThat(names(choose("endpoints=none"))).containsExactly("ns-0/lonely");
    assertThat(choose("").refused()).isEqualTo(1);
    assertThat(choose("q=80").found()).as("of a port").isEqualTo(MANY + 1);
    assertThat(choose("q=nothing").rows()).isEmpty();
  }

  @Test
  void aPortTellsItsAddressesAndEndpointsOrWhatBecomesOfConnections() {
    ServiceRow.PortRow port = choose("q=10.96.0.5").rows().get(0).ports().get(0);
    assertThat(port.addresses()).containsExactly("ClusterIP 10.96.0.5:80/tcp");
    assertThat(port.endpoints())
        .extracting(ServiceRow.EndpointRow::address)
        .containsExactly("10.244.0.20:8080", "10.244.0.21:8080", "10.244.0.22:8080");
    assertThat(port.fate()).isEmpty();
    ServiceRow lonely = choose("endpoints=none").rows().get(0);
    assertThat(lonely.isRefused()).isTrue();
    assertThat(lonely.ports().get(0).fate())
        .isEqualTo("no endpoint: connections to ClusterIP are refused");
  }

  @Test
  void thePageOfManyServicesIsSmall() {
    List<CompiledService> all = List.copyOf(SHOP.state().forwarding().services());
    Instant now = Instant.now();
    String page =
        PageText.of(
            new PageView(
                now,
                PageTextTest.standing(now, List.of()),
                ServiceQuery.ALL,
                rows.choose(all, ServiceQuery.ALL),
                true,
                List.of(),
                List.of(),
                List.of()));
    assertThat(page.length()).isLessThan(60_000);
  }
}
