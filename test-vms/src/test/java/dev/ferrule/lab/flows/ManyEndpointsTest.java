// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.lab.ManifestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One Service with ten thousand endpoints in each family, in slices of a thousand. */
@Tag("kernel")
class ManyEndpointsTest {
  private static final int ENDPOINTS = 10_000;
  private static final int PER_SLICE = 1000;
  private static final int PACKETS = 20_000;
  private static final String PORT = "8080";

  /** Of 10,000 an even choice hits so many with 20,000 packets: all but one in e squared. */
  private static final double HIT = ENDPOINTS * (1 - Math.exp(-(double) PACKETS / ENDPOINTS));

  /** Six standard deviations of that number. */
  private static final double OFF =
      6 * Math.sqrt(ENDPOINTS * Math.exp(-2) * (1 - 3 * Math.exp(-2)));

  private static final String NODE =
      """
      name: node
      ips: ["192.168.0.2", "2001:db8::1"]
      detectLocal: {mode: ClusterCIDR, clusterCIDRs: ["10.0.0.0/8", "fd00:10::/64"]}
      serviceCIDRs: ["172.30.0.0/16", "fd00:10:96::/112"]
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: ns1}
      spec:
        clusterIP: "172.30.0.41"
        clusterIPs: ["172.30.0.41", "fd00:10:96::41"]
        ports: [{name: http, port: 80}]
      """;

  @TempDir private Path work;

  @Test
  void applyMakesThemAll() throws IOException {
    play(command("apply"), OnceApplier::new, ENDPOINTS, 10);
  }

  @Test
  void aLiveChangeMakesThemAll() throws IOException {
    play(command("run"), DaemonApplier::new, 10, ENDPOINTS, 10, ENDPOINTS);
  }

  private interface Made {
    Applier by(CommandLine command, Applier.Place place);
  }

  private static CommandLine command(String verb) {
    return CommandLine.of(
        Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString(),
        verb,
        "--config",
        "{config}",
        "--manifests",
        "{manifests}");
  }

  /** Goes from one number of endpoints to the next. */
  private void play(CommandLine command, Made made, int... numbers) throws IOException {
    NodeSettings settings = NodeSettings.of(yaml(NODE));
    ManifestFolder folder = new ManifestFolder(Files.createDirectory(work.resolve("manifests")));
    Path config = work.resolve("config.yaml");
    Path state = Files.createDirectory(work.resolve("state"));
    new YAMLMapper()
        .writeValue(config.toFile(), settings.configuration(RuleTarget.NFTABLES, state));
    settings.objects().forEach(folder::put);
    folder.put(yaml(SERVICE));
    try (Bench bench = new Bench(settings);
        Applier applier =
            made.by(
                command, new Applier.Place(bench, config, folder.path(), work.resolve("log")))) {
      Trial trial = new Trial(bench, settings);
      for (int step = 0; step < numbers.length; step++) {
        int number = numbers[step];
        for (String family : List.of("IPv4", "IPv6")) {
          for (int first = 0; first < ENDPOINTS; first += PER_SLICE) {
            folder.put(slice(family, first, Math.min(number - first, PER_SLICE)));
          }
        }
        applier.sync();
        for (String family : List.of("IPv4", "IPv6")) {
          awaitAll(trial, flow(family, step, number), applier);
        }
      }
      assertThat(bench.complaint()).isEmpty();
    }
  }

  private static void awaitAll(Trial trial, Flow flow, Applier applier) {
    long end = System.nanoTime() + applier.patience().toNanos();
    Set<String> wanted = ((Expectation.Dnat) flow.expect()).targets();
    int number = wanted.size();
    // Each slice is one change: those that are there have some of two hundred connections.
    Flow probe = flow.from(flow.from() + "0");
    while (!everySlice(hits(trial.send(probe, 200)).keySet(), wanted) && System.nanoTime() < end) {
      pause();
    }
    int packets = number == ENDPOINTS ? PACKETS : 200;
    Map<String, Integer> hits = hits(trial.send(flow, packets));
    Set<String> strangers = new HashSet<>(hits.keySet());
    strangers.removeAll(wanted);
    assertThat(strangers).isEmpty();
    assertThat(hits.values().stream().mapToInt(i -> i).sum()).isEqualTo(packets);
    if (number < ENDPOINTS) {
      assertThat(hits).hasSameSizeAs(wanted);
      return;
    }
    assertThat((double) hits.size()).isBetween(HIT - OFF, HIT + OFF);
    // Two on average; with an even choice more than sixteen come once in a million runs.
    assertThat(hits.values()).allMatch(count -> count <= 16);
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for endpoints", e);
    }
  }

  private static boolean everySlice(Set<String> some, Set<String> wanted) {
    if (wanted.size() < PER_SLICE) {
      return some.equals(wanted);
    }
    Set<Integer> slices =
        IntStream.range(0, ENDPOINTS)
            .filter(
                i ->
                    some.contains(Target.of(address("IPv4", i), PORT))
                        || some.contains(Target.of(address("IPv6", i), PORT)))
            .mapToObj(i -> i / PER_SLICE)
            .collect(Collectors.toSet());
    return wanted.containsAll(some) && slices.size() == ENDPOINTS / PER_SLICE;
  }

  private static Map<String, Integer> hits(Outcome outcome) {
    Map<String, Integer> hits = new TreeMap<>();
    outcome.tracked().forEach(t -> hits.merge(t.target(), 1, Integer::sum));
    return hits;
  }

  /** From another client in each step: no port of a client may be used twice. */
  private static Flow flow(String family, int step, int endpoints) {
    boolean six = family.equals("IPv6");
    Set<String> wanted =
        IntStream.range(0, endpoints)
            .mapToObj(i -> Target.of(address(family, i), PORT))
            .collect(Collectors.toSet());
    return new Flow(
        "pod to many",
        (six ? "fd00:10::" : "10.0.0.") + (step + 2),
        "tcp",
        six ? "fd00:10:96::41" : "172.30.0.41",
        80,
        "",
        new Expectation.Dnat(wanted, Map.of(), Map.of(), Expectation.Choice.RANDOM),
        List.of());
  }

  private static JsonNode slice(String family, int first, int count) throws IOException {
    return yaml(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-%s-%d, namespace: ns1, labels: {kubernetes.io/service-name: web}}
        addressType: %s
        ports: [{name: http, port: 8080}]
        endpoints: [%s]
        """
            .formatted(
                family.equals("IPv6") ? "six" : "four",
                first / PER_SLICE,
                family,
                IntStream.range(first, first + Math.max(0, count))
                    .mapToObj(i -> "{addresses: [\"" + address(family, i) + "\"]}")
                    .collect(Collectors.joining(", "))));
  }

  private static String address(String family, int number) {
    return family.equals("IPv6")
        ? "fd00:10:180::" + Integer.toHexString(number + 1)
        : "10.180.%d.%d".formatted(number / 250, number % 250 + 1);
  }

  private static JsonNode yaml(String text) throws IOException {
    return new YAMLMapper().readTree(text);
  }
}
