// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same question to both kinds of rules. */
class ExplanationTest {

  private static final Rendering NFTABLES = new Rendering.Nftables();
  private static final Rendering IPTABLES = new Rendering.Iptables(14, true, true);

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        annotations: {ferrule.dev/balancing: source-hash}
      spec: {clusterIP: 10.96.0.10, ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Endpoints
      metadata: {name: web}
      subsets:
      - addresses: [{ip: 10.244.0.1}, {ip: 10.244.0.2}]
        ports: [{name: http, port: 8080}]
      """;

  @TempDir private Path directory;

  @BeforeEach
  void write() throws Exception {
    Files.writeString(directory.resolve("all.yaml"), MANIFESTS);
  }

  @Test
  void rulesAreThoseOfTheMode() throws Exception {
    assertThat(ExplanationText.of(explain(NFTABLES, "default/web:http")))
        .startsWith("DNAT to 10.244.0.")
        .contains("the client's address decides (source hash)")
        .contains("Rules of table ip ferrule:\n  prerouting (prerouting, priority -100):");
    assertThat(ExplanationText.of(explain(IPTABLES, "default/web:http")))
        .startsWith("DNAT to one of 2 endpoints of Service default/web:http (ClusterIP)\n")
        .contains("asks for a source hash, which mode iptables does not have")
        .contains("Rules of iptables:\n  nat PREROUTING: ")
        .contains("      -A FERRULE-SEP-")
        .doesNotContain("Note:", "table ip");
  }

  @Test
  void programsReadRulesOfBothModesAlike() throws Exception {
    for (Rendering rendering : List.of(NFTABLES, IPTABLES)) {
      JsonNode json =
          new ObjectMapper().readTree(ExplanationJson.of(explain(rendering, "default/web:http")));
      JsonNode first = json.at("/rules/0/path/0");
      assertThat(json.path("verdict").asText()).isEqualTo("dnat");
      assertThat(first.path("chain").asText()).isNotEmpty();
      assertThat(first.path("rule").asText()).isNotEmpty();
      assertThat(first.path("elements").isArray()).isTrue();
    }
  }

  @Test
  void whatNoServiceHasIsLeftAloneInModeIptables() throws Exception {
    assertThat(explain(NFTABLES, "10.96.0.10:81").answer().verdict().name()).isEqualTo("REJECT");
    assertThat(explain(IPTABLES, "10.96.0.10:81").answer().verdict().name()).isEqualTo("PASS");
  }

  /** Loopback addresses are routed then, and must not be open to the neighbours. */
  @Test
  void loopbackIsKeptFromOthersWhereNodePortsAreOpenOnIt() throws Exception {
    Explanation kept = explain(IPTABLES, "127.0.0.1:2379");
    assertThat(kept.answer().verdict().name()).isEqualTo("DROP");
    assertThat(kept.remarks()).isEmpty();
    Explanation open = explain(new Rendering.Iptables(14, true, false), "127.0.0.1:2379");
    assertThat(open.answer().verdict().name()).isEqualTo("PASS");
    assertThat(open.remarks()).isEmpty();
  }

  private Explanation explain(Rendering rendering, String to) throws Exception {
    ManifestFolder folder = new ManifestFolder(directory, ManifestSettings.defaults("node1"));
    DesiredState state =
        new DesiredState(
            new ForwardingSettings(
                NodePortAddresses.PRIMARY,
                List.of(Cidr.parse("10.244.0.0/16")),
                false,
                null,
                false,
                false),
            rendering,
            "node1",
            List.of(IpAddress.parse("192.168.0.2")));
    state.update(folder.load());
    Investigation investigation = new Investigation(folder, state);
    return investigation.explain(investigation.connection("10.244.9.9", to, null));
  }
}
