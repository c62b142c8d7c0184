// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Addresses;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five hundred source ranges in both families, by chance: inside each other, next to each other,
 * twice. The kernel's sets refuse intervals that overlap.
 */
@Tag("kernel")
class ManySourceRangesTest {
  private static final int RANGES = 250;
  private static final int CLIENTS = 5;
  private static final String BALANCER4 = "1.2.3.4";
  private static final String BALANCER6 = "2001:db8:9::4";

  private static final String SERVICE =
      """
      - apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: ns1}
        spec:
          type: LoadBalancer
          clusterIP: "172.30.0.41"
          clusterIPs: ["172.30.0.41", "fd00:10:96::41"]
          ports: [{name: http, port: 80}]
          loadBalancerSourceRanges: [%s]
        status: {loadBalancer: {ingress: [{ip: "1.2.3.4"}, {ip: "2001:db8:9::4"}]}}
      """;

  private static final String REST =
      """
      - apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-4, namespace: ns1, labels: {"kubernetes.io/service-name": web}}
        addressType: IPv4
        ports: [{name: http, port: 8080}]
        endpoints: [{addresses: ["10.180.0.1"]}]
      - apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-6, namespace: ns1, labels: {"kubernetes.io/service-name": web}}
        addressType: IPv6
        ports: [{name: http, port: 8080}]
        endpoints: [{addresses: ["fd00:10:180::1"]}]
      """;

  private static final String NODE =
      """
      name: ranges
      node:
        name: test-node
        ips: ["192.168.0.2", "2001:db8::1"]
        detectLocal: {mode: ClusterCIDR, clusterCIDRs: ["10.0.0.0/8", "fd00:10::/64"]}
        serviceCIDRs: ["172.30.0.0/16", "fd00:10:96::/112"]
      """;

  @TempDir private Path work;

  @Test
  void applyMergesThem() throws IOException {
    play("apply", OnceApplier::new);
  }

  @Test
  void theDaemonMergesThem() throws IOException {
    play("run", DaemonApplier::new);
  }

  private interface Made {
    Applier by(CommandLine command, Applier.Place place);
  }

  private void play(String verb, Made made) throws IOException {
    CommandLine command =
        CommandLine.of(
            Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString(),
            verb,
            "--config",
            "{config}",
            "--manifests",
            "{manifests}");
    Path file = Files.writeString(work.resolve("scenario.yaml"), scenario(new Random(4)));
    ScenarioPlayer player =
        new ScenarioPlayer(RuleTarget.NFTABLES, place -> made.by(command, place), true);
    assertThat(player.play(Scenario.read(file), Files.createDirectory(work.resolve("played"))))
        .isEmpty();
  }

  private static String scenario(Random random) {
    Step first = Step.of(random);
    Step second = Step.of(random);
    return NODE
        + "objects:\n"
        + first.service()
        + REST
        + "flows:\n"
        + first.flows(random)
        + "steps:\n- name: other ranges\n  apply:\n"
        + second.service().indent(2)
        + "  flows:\n"
        + second.flows(random).indent(2);
  }

  private record Step(List<Range> ranges) {
    static Step of(Random random) {
      List<Range> ranges = new ArrayList<>();
      for (int bits : new int[] {32, 128}) {
        while (ranges.size() < (bits == 32 ? RANGES : 2 * RANGES)) {
          Range one = Range.any(random, bits);
          ranges.addAll(
              switch (random.nextInt(4)) {
                case 0 -> List.of(one, one);
                case 1 -> List.of(one, one.next());
                default -> List.of(one);
              });
        }
      }
      Collections.shuffle(ranges, random);
      return new Step(List.copyOf(ranges));
    }

    String service() {
      return SERVICE.formatted(
          ranges.stream().map(r -> '"' + r.text() + '"').collect(Collectors.joining(", ")));
    }

    /** Clients at the edges of ranges, and whether one of all ranges has them. */
    String flows(Random random) {
      StringBuilder flows = new StringBuilder();
      for (int bits : new int[] {32, 128}) {
        List<Range> some = new ArrayList<>(ranges.stream().filter(r -> r.bits() == bits).toList());
        Collections.shuffle(some, random);
        some.stream()
            .limit(CLIENTS)
            .flatMap(Range::edges)
            .distinct()
            .forEach(client -> flows.append(flow(client, bits)));
      }
      return flows.toString();
    }

    private String flow(BigInteger client, int bits) {
      boolean inside = ranges.stream().anyMatch(r -> r.bits() == bits && r.has(client));
      boolean six = bits == 128;
      return "- {name: edge, from: \"%s\", proto: tcp, to: \"%s\", port: 80, expect: %s}\n"
          .formatted(
              address(client, bits),
              six ? BALANCER6 : BALANCER4,
              !inside
                  ? "drop"
                  : six ? "{dnat: [\"[fd00:10:180::1]:8080\"]}" : "{dnat: [\"10.180.0.1:8080\"]}");
    }
  }

  /** The addresses that begin with the first {@code prefix} of so many bits. */
  private record Range(BigInteger first, int prefix, int bits) {

    /** A part of 198.51.0.0/16 or of 2001:db8:5::/48, small ones more often. */
    static Range any(Random random, int bits) {
      BigInteger base = bytes(bits == 32 ? "198.51.0.0" : "2001:db8:5::");
      int free = bits == 32 ? 16 : 80;
      int size = Math.min(random.nextInt(free), random.nextInt(free));
      BigInteger offset = new BigInteger(free, random).shiftRight(size).shiftLeft(size);
      return new Range(base.add(offset), bits - size, bits);
    }

    BigInteger size() {
      return BigInteger.ONE.shiftLeft(bits - prefix);
    }

    Range next() {
      return new Range(first.add(size()), prefix, bits);
    }

    boolean has(BigInteger address) {
      return address.compareTo(first) >= 0 && address.compareTo(first.add(size())) < 0;
    }

    Stream<BigInteger> edges() {
      BigInteger end = first.add(size());
      return Stream.of(first.subtract(BigInteger.ONE), first, end.subtract(BigInteger.ONE), end);
    }

    String text() {
      return address(first, bits) + "/" + prefix;
    }
  }

  private static BigInteger bytes(String address) {
    return new BigInteger(1, Addresses.parse(address).getAddress());
  }

  private static String address(BigInteger number, int bits) {
    byte[] all = number.toByteArray();
    byte[] address = new byte[bits / 8];
    int length = Math.min(all.length, address.length);
    System.arraycopy(all, all.length - length, address, address.length - length, length);
    try {
      return Addresses.text(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address of 4 or 16 bytes", e);
    }
  }
}
