// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A walk of changes ends where reading the same files afresh does. */
class RandomChangesTest {

  /** Writes a file, or deletes it if {@code text} is empty. */
  record Edit(String file, String text) {}

  @Property(tries = 150)
  void anySequenceOfChangesEndsLikeAFreshLoad(@ForAll("batches") List<List<Edit>> batches)
      throws IOException {
    Path directory = Files.createTempDirectory("ferrule-manifests");
    try {
      TestFolder walked = new TestFolder(directory).load();
      for (List<Edit> batch : batches) {
        Set<String> names = new TreeSet<>();
        for (Edit edit : batch) {
          if (edit.text.isEmpty()) {
            walked.delete(edit.file);
          } else {
            walked.write(edit.file, edit.text);
          }
          names.add(edit.file);
        }
        walked.refresh(names.toArray(new String[0]));
      }
      TestFolder fresh = new TestFolder(directory).load();
      assertThat(walked.services).isEqualTo(fresh.services);
      assertThat(walked.slices).isEqualTo(fresh.slices);
      assertThat(walked.last().node()).isEqualTo(fresh.last().node());
      assertThat(walked.last().serviceCidrs()).isEqualTo(fresh.last().serviceCidrs());
      assertThat(walked.problems()).isEqualTo(fresh.problems());
      walked.rescan();
      assertThat(walked.last().services()).isEmpty();
      assertThat(walked.last().slices()).isEmpty();
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Provide
  Arbitrary<List<List<Edit>>> batches() {
    return edits().list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(12);
  }

  private static Arbitrary<Edit> edits() {
    Arbitrary<String> files =
        Arbitraries.of("a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml", "f.yaml");
    Arbitrary<String> objects =
        Arbitraries.oneOf(services(), services(), pods(), slices(), endpoints(), others());
    Arbitrary<String> texts =
        objects.list().ofMaxSize(3).map(documents -> String.join("---\n", documents));
    return Combinators.combine(files, texts).as(Edit::new);
  }

  private static Arbitrary<String> metadata(String... names) {
    return Combinators.combine(
            Arbitraries.of(names),
            Arbitraries.of(
                "",
                "",
                ", creationTimestamp: \"2026-01-01T00:00:01Z\"",
                ", creationTimestamp: \"2026-01-01T00:00:02Z\""))
        .as((name, created) -> "name: " + name + created);
  }

  /** Addresses and ports are all written: those given out depend on history on purpose. */
  private static Arbitrary<String> services() {
    Arbitrary<String> ips =
        Arbitraries.of(
            "clusterIP: 10.96.0.1",
            "clusterIP: 10.96.0.2",
            "clusterIP: 10.96.0.3",
            "clusterIPs: [10.96.0.1, \"fd00:10:96::1\"]",
            "clusterIPs: [10.96.0.3, \"fd00:10:96::1\"]",
            "clusterIPs: [\"fd00:10:96::2\", 10.96.0.2]",
            "clusterIP: 172.30.0.1",
            "clusterIP: None");
    Arbitrary<String> ports =
        Arbitraries.of(
            "ports: [{port: 80, targetPort: http}]",
            "ports: [{name: a, port: 80, nodePort: 30001}, {name: b, port: 53, protocol: UDP}]",
            "ports: [{port: 80, nodePort: 30001}]",
            "ports: [{port: 80, nodePort: 30001, protocol: UDP}]",
            "ports: [{port: 80, nodePort: 30002}], externalIPs: [192.0.2.1]");
    Arbitrary<String> selectors =
        Arbitraries.of(
            "",
            ", selector: {app: x}",
            ", selector: {app: x, tier: y}",
            ", selector: {tier: y}",
            ", publishNotReadyAddresses: true, selector: {app: x}");
    Arbitrary<String> labels =
        Arbitraries.of("", "", "", ", labels: {service.kubernetes.io/service-proxy-name: p}");
    return Combinators.combine(metadata("s1", "s2", "s3", "s4"), labels, ips, ports, selectors)
        .as(
            (metadata, label, ip, port, selector) ->
                "apiVersion: v1\nkind: Service\nmetadata: {%s%s}\nspec: {%s, %s%s}\n"
                    .formatted(metadata, label, ip, port, selector));
  }

  private static Arbitrary<String> pods() {
    Arbitrary<String> labels =
        Arbitraries.of("app: x", "app: x, tier: y", "tier: y", "app: z, tier: y, more: m");
    Arbitrary<String> status =
        Arbitraries.of(
            "podIP: 10.1.0.1",
            "podIP: 10.1.0.2",
            "podIPs: [{ip: 10.1.0.3}, {ip: \"fd00::3\"}]",
            "podIP: 10.1.0.4, phase: Failed",
            "podIP: 10.1.0.5, conditions: [{type: Ready, status: \"False\"}]");
    Arbitrary<Integer> ports = Arbitraries.of(8080, 8081);
    return Combinators.combine(metadata("p1", "p2", "p3"), labels, status, ports)
        .as(
            (metadata, label, state, port) ->
                ("apiVersion: v1\nkind: Pod\nmetadata: {%s, labels: {%s}}\nspec: {containers:"
                        + " [{name: c, ports: [{name: http, containerPort: %d}]}]}\nstatus: {%s}\n")
                    .formatted(metadata, label, port, state));
  }

  private static Arbitrary<String> slices() {
    return Combinators.combine(
            metadata("l1", "l2"), Arbitraries.of("s1", "s2", "s9"), Arbitraries.of(1, 2))
        .as(
            (metadata, service, number) ->
                ("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {%s, labels:"
                        + " {kubernetes.io/service-name: %s}}\naddressType: IPv4\nports: [{name:"
                        + " \"\", port: %d}]\nendpoints: [{addresses: [10.2.0.%d]}]\n")
                    .formatted(metadata, service, number, number));
  }

  private static Arbitrary<String> endpoints() {
    return Combinators.combine(metadata("s1", "s2", "s3"), Arbitraries.of(1, 2))
        .as(
            (metadata, number) ->
                ("apiVersion: v1\nkind: Endpoints\nmetadata: {%s}\nsubsets: [{addresses: [{ip:"
                        + " 10.3.0.%d}], ports: [{port: 80}]}]\n")
                    .formatted(metadata, number));
  }

  private static Arbitrary<String> others() {
    List<String> texts = new ArrayList<>();
    for (String range : List.of("172.30.0.0/16", "10.96.0.0/12", "fd00:10:96::/112")) {
      texts.add(
          ("apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: c%d}\nspec:"
                  + " {cidrs: [%s]}\n")
              .formatted(texts.size(), range));
    }
    texts.add("apiVersion: v1\nkind: Node\nmetadata: {name: here}\nspec: {podCIDR: 10.1.0.0/24}\n");
    texts.add("apiVersion: v1\nkind: Node\nmetadata: {name: there}\n");
    return Arbitraries.of(texts);
  }
}
