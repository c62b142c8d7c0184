// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wishes in annotations {@code ferrule.dev/...}. */
final class AnnotationsTest {

  @Test
  void aServiceMayAskForHashingAndWeights(@TempDir Path directory) {
    TestFolder folder =
        load(
            directory,
            """
            ferrule.dev/balancing: source-hash
            ferrule.dev/hash-slots: "64"
            ferrule.dev/weights: 10.0.0.1=3, fd00::1 = 0
            """);
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.service("web").balancing())
        .isEqualTo(
            new Balancing(
                64, Map.of(IpAddress.parse("10.0.0.1"), 3, IpAddress.parse("fd00::1"), 0)));
  }

  @Test
  void hashingHasATableOfItsOwnSizeUnlessOneIsGiven(@TempDir Path directory) {
    TestFolder folder = load(directory, "ferrule.dev/balancing: source-hash");
    assertThat(folder.service("web").balancing().hashSlots())
        .isEqualTo(Balancing.DEFAULT_HASH_SLOTS);
  }

  @Test
  void hashingThatTheRulesDoNotOfferIsNamed(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("f.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {ferrule.dev/balancing: source-hash}}
        spec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}
        """);
    TestFolder folder =
        new TestFolder(directory, ManifestSettings.defaults(TestFolder.NODE).withHashing(false))
            .load();
    assertThat(folder.problems())
        .containsExactly(
            "f.yaml: Service default/web: metadata.annotations.ferrule.dev/balancing: source-hash is"
                + " not in mode iptables: balanced at random instead; mode nftables hashes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ferrule.dev/balancing: least-conn                | metadata.annotations.ferrule.dev/balancing: "least-conn" is not one of random, source-hash
          ferrule.dev/weights: 10.0.0.1                    | metadata.annotations.ferrule.dev/weights: "10.0.0.1" is not like 10.0.0.1=3
          ferrule.dev/weights: 10.0.0.1=-1                 | metadata.annotations.ferrule.dev/weights: "-1" is not a number from 0 to 100
          ferrule.dev/weights: 10.0.0=1                    | metadata.annotations.ferrule.dev/weights: "10.0.0" is not an IP address
          ferrule.dev/weights: 5                           | metadata.annotations.ferrule.dev/weights: the number 5 must be text; put it into quotes
          """)
  void aWrongWishIsNamedAndTheServiceWorksWithoutIt(
      String annotation, String message, @TempDir Path directory) {
    TestFolder folder = load(directory, annotation);
    assertThat(folder.problems())
        .containsExactly("f.yaml: Service default/web: " + message + "; this is left aside");
    assertThat(folder.service("web").balancing()).isEqualTo(Balancing.EVEN);
  }

  @Test
  void aTableThatIsTooLargeHasTheUsualSize(@TempDir Path directory) {
    TestFolder folder =
        load(directory, "ferrule.dev/balancing: source-hash\nferrule.dev/hash-slots: \"100000\"");
    assertThat(folder.problems())
        .containsExactly(
            "f.yaml: Service default/web: metadata.annotations.ferrule.dev/hash-slots:"
                + " \"100000\" is not a number from 2 to 65536; this is left aside");
    assertThat(folder.service("web").balancing().hashSlots())
        .isEqualTo(Balancing.DEFAULT_HASH_SLOTS);
  }

  @Test
  void theWeightOfASliceIsThatOfItsEndpoints(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "s.yaml",
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: web-1
                  labels: {kubernetes.io/service-name: web}
                  annotations: {ferrule.dev/weight: "7"}
                addressType: IPv4
                ports: [{name: "", port: 80}]
                endpoints: [{addresses: [10.0.0.1]}]
                """)
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.slice("web").endpoints().get(0).weight()).isEqualTo(7);
  }

  @Test
  void aPodMayHaveAWeight(@TempDir Path directory) {
    TestFolder folder =
        load(directory, "note: nothing")
            .write(
                "p.yaml",
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-1
                  labels: {app: web}
                  annotations: {ferrule.dev/weight: "0"}
                status: {podIP: 10.0.0.1}
                """)
            .refresh("p.yaml");
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.slice("web").endpoints().get(0).weight()).isZero();
  }

  private static TestFolder load(Path directory, String annotations) {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          annotations:
        %s
        spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80}]}
        """;
    return new TestFolder(directory)
        .write("f.yaml", service.formatted(annotations.strip().indent(4).stripTrailing()))
        .load();
  }
}
