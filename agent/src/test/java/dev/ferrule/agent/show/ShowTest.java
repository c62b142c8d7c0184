// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The texts that people read. With {@code -Dferrule.golden.update=true} the expected texts are
 * written anew, and the difference is for review.
 */
class ShowTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:42Z");
  private static final String RESOURCES = "src/test/resources/show/";

  @TempDir Path directory;
  private List<ShownService> services = List.of();

  @BeforeEach
  void load() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/show/shop.yaml")) {
      Files.copy(Objects.requireNonNull(in), directory.resolve("shop.yaml"));
    }
    ManifestFolder folder =
        new ManifestFolder(directory, ManifestSettings.defaults("n").withDetails(true));
    folder.load();
    assertThat(folder.problems()).isEmpty();
    services = folder.services();
  }

  private ShownService service(String name) {
    return services.stream()
        .filter(shown -> shown.service().name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void check(String file, String text) throws IOException {
    Path path = Path.of(RESOURCES + file);
    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.writeString(path, text);
    }
    assertThat(text).isEqualTo(Files.readString(path, StandardCharsets.UTF_8));
  }

  @Test
  void tablesOfServices() throws IOException {
    List<ShownService> shop =
        services.stream().filter(s -> s.service().name().namespace().equals("shop")).toList();
    check("services.txt", ServiceTable.of(shop, new TableOptions(false, false), NOW));
    check("services-all-wide.txt", ServiceTable.of(services, new TableOptions(true, true), NOW));
  }

  @Test
  void tablesOfEndpoints() throws IOException {
    check("endpoints-all.txt", EndpointsTable.of(services, new TableOptions(true, false), NOW));
  }

  @Test
  void descriptions() throws IOException {
    for (String name : List.of("front", "peers", "db", "plain")) {
      check("describe-" + name + ".txt", ServiceDescription.of(service(name), true));
    }
  }

  @Test
  void aDescriptionTellsHowConnectionsAreSpreadIfNotEvenly(@TempDir Path other) throws IOException {
    Files.writeString(
        other.resolve("a.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          annotations: {ferrule.dev/balancing: source-hash, ferrule.dev/weights: 10.1.0.1=3}
        spec: {clusterIP: 10.96.0.20, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Endpoints
        metadata: {name: web}
        subsets: [{addresses: [{ip: 10.1.0.1}, {ip: 10.1.0.2}], ports: [{port: 80}]}]
        """);
    ManifestFolder folder = new ManifestFolder(other, ManifestSettings.defaults("n"));
    folder.load();
    assertThat(ServiceDescription.of(folder.services().get(0), true))
        .containsPattern("Balancing: +source-hash, 1024 slots\n")
        .containsPattern("Weights: +10.1.0.1=3\n");
    assertThat(ServiceDescription.of(folder.services().get(0), false))
        .containsPattern("Balancing: +random \\(source-hash is not in mode iptables\\)\n")
        .containsPattern("Weights: +10.1.0.1=3\n");
    assertThat(ServiceDescription.of(service("front"), true))
        .doesNotContain("Balancing", "Weights");
  }

  @Test
  void objectsOfTheApi() throws IOException {
    check("services.json", ObjectFormat.JSON.services(services));
    check("services.out.yaml", ObjectFormat.YAML.services(services));
    check("front.out.yaml", ObjectFormat.YAML.service(service("front")));
    check("endpoints.json", ObjectFormat.JSON.endpoints(List.of(service("front"))));
    check("peers-endpoints.out.yaml", ObjectFormat.YAML.endpoints(service("peers")));
  }

  @Test
  void printedObjectsCanBeReadAgain(@TempDir Path again) throws IOException {
    Files.writeString(again.resolve("a.yaml"), ObjectFormat.YAML.services(services));
    Files.writeString(again.resolve("b.json"), ObjectFormat.JSON.endpoints(services));
    ManifestFolder folder =
        new ManifestFolder(again, ManifestSettings.defaults("n").withDetails(true));
    folder.load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.services())
        .extracting(ShownService::service)
        .isEqualTo(services.stream().map(ShownService::service).toList());
    assertThat(ObjectFormat.YAML.services(folder.services()))
        .isEqualTo(ObjectFormat.YAML.services(services));
  }
}
