// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.nftables.TableState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The layout that carries Services, in the kernel: written, read back and listed. */
final class LayoutKernelTest {

  private static final ObjectName WEB = new ObjectName("default", "web");
  private static final ObjectName CACHE = new ObjectName("default", "cache");
  private static final ObjectName DNS = new ObjectName("kube-system", "dns");

  @KernelTest
  void theKernelHoldsWhatWeWant() throws Exception {
    DesiredState desired = desired();
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(desired.rewrite(KernelState.NONE, "test").transaction());
      Map<IpFamily, TableState> tables = new EnumMap<>(IpFamily.class);
      for (IpFamily family : IpFamily.values()) {
        kernel.readTable(family).ifPresent(table -> tables.put(family, table));
      }
      assertThat(tables).isEqualTo(desired.wanted().tables());
      assertThat(desired.differenceTo(KernelState.ofTables(tables)).list()).isEmpty();
    }
  }

  @KernelTest
  void whatNftListsLoadsAgain() throws Exception {
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(desired().rewrite(KernelState.NONE, "test").transaction());
    }
    // nft 1.0.6 lists the update statement for IPv6 but cannot compile it.
    String ip = Command.nftTable("ip");
    String ip6 =
        Command.nftTable("ip6")
            .lines()
            .filter(line -> !line.contains("update @"))
            .collect(Collectors.joining("\n", "", "\n"));
    FreshNamespace.call(
        () -> {
          Command.nft(ip);
          Command.nft(ip6);
          assertThat(Command.nftTable("ip")).isEqualTo(ip);
          assertThat(Command.nftTable("ip6")).isEqualTo(ip6);
          return true;
        });
  }

  @KernelTest
  void interfacesThatTellPodsAreReadBackAsWritten() throws Exception {
    DesiredState desired =
        desired(
            new ForwardingSettings(
                NodePortAddresses.PRIMARY,
                List.of(),
                false,
                new PodInterface("veth", true),
                false,
                false));
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(desired.rewrite(KernelState.NONE, "test").transaction());
      assertThat(kernel.readTable(IpFamily.IPV4))
          .contains(desired.wanted().tables().get(IpFamily.IPV4));
    }
    assertThat(Command.nftTable("ip")).contains("iifname != \"veth*\"");
  }

  private static DesiredState desired() {
    return desired(
        new ForwardingSettings(
            NodePortAddresses.PRIMARY,
            List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/64")),
            false,
            false));
  }

  private static DesiredState desired(ForwardingSettings settings) {
    DesiredState desired = new DesiredState(settings, "node-1", ips("192.168.0.2", "2001:db8::1"));
    desired.update(
        new CatalogChange(
            Map.of(CACHE, Optional.of(cache()), WEB, Optional.of(web()), DNS, Optional.of(dns())),
            Map.of(
                WEB,
                List.of(
                    slice(WEB, IpFamily.IPV4, "10.244.0.1", "10.244.1.1"),
                    slice(WEB, IpFamily.IPV6, "fd00:10:244::1", "fd00:10:244::2")),
                CACHE,
                List.of(
                    slice(CACHE, IpFamily.IPV4, "10.244.0.1", "10.244.1.1"),
                    slice(CACHE, IpFamily.IPV6, "fd00:10:244::1", "fd00:10:244::2"))),
            null,
            List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108"))));
    return desired;
  }

  private static Service web() {
    return new Service(
        WEB,
        0,
        ServiceType.LOAD_BALANCER,
        ips("10.96.0.10", "fd00:96::10"),
        List.of(new ServicePort("http", Protocol.TCP, 80, "8080", 30080)),
        ips("192.0.2.80", "2001:db8:1::80"),
        List.of(
            new LoadBalancerAddress(IpAddress.parse("203.0.113.80"), false),
            new LoadBalancerAddress(IpAddress.parse("2001:db8:2::80"), false)),
        List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("2001:db8:3::/48")),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.LOCAL,
        10800,
        0,
        Map.of());
  }

  /** With weights, and chosen by a hash of the client's address. */
  private static Service cache() {
    return new Service(
        CACHE,
        0,
        ServiceType.CLUSTER_IP,
        ips("10.96.0.99", "fd00:96::99"),
        List.of(new ServicePort("http", Protocol.TCP, 6379, "8080", 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        30,
        0,
        Map.of(),
        new Balancing(16, Map.of(IpAddress.parse("10.244.0.1"), 3)));
  }

  /** Without an endpoint. */
  private static Service dns() {
    return new Service(
        DNS,
        0,
        ServiceType.CLUSTER_IP,
        ips("10.96.0.53", "fd00:96::53"),
        List.of(new ServicePort("dns", Protocol.UDP, 53, "53", 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        0,
        0,
        Map.of());
  }

  private static EndpointSlice slice(
      ObjectName service, IpFamily family, String local, String remote) {
    return new EndpointSlice(
        new ObjectName("default", service.name() + "-" + family),
        service,
        family,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        List.of(
            Endpoint.ready(IpAddress.parse(local), "node-1"),
            Endpoint.ready(IpAddress.parse(remote), "node-2")));
  }

  private static List<IpAddress> ips(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }
}
