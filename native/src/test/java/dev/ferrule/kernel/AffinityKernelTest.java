// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Entries that packets make, and what we do with them. */
final class AffinityKernelTest {

  @KernelTest
  void anIpv4ConnectionIsRemembered() throws Exception {
    isRemembered(IpFamily.IPV4);
  }

  /** nft 1.0.6 cannot compile this rule: the proof that our registers are right. */
  @KernelTest
  void anIpv6ConnectionIsRemembered() throws Exception {
    isRemembered(IpFamily.IPV6);
  }

  /** A client on this host connects to a Service whose endpoint is on this host too. */
  private static void isRemembered(IpFamily family) throws Exception {
    SampleTable sample = new SampleTable(family);
    IpAddress service = sample.address(1);
    IpAddress host = sample.address(1001);
    Command.run("ip", "link", "set", "lo", "up");
    if (family == IpFamily.IPV4) {
      Command.run("ip", "address", "add", host.toString(), "dev", "lo");
    } else {
      Command.run("ip", "address", "add", host.toString(), "dev", "lo", "nodad");
    }
    Command.run("ip", "route", "add", service.toString(), "dev", "lo", "src", host.toString());
    try (NftablesKernel kernel = NftablesKernel.open();
        ServerSocket server = new ServerSocket()) {
      kernel.commit(SampleTable.create(sample.state()));
      Chain output =
          new Chain("output", new Chain.Hook(Chain.Type.NAT, Chain.Point.OUTPUT, -100), List.of());
      Chain input =
          new Chain("input", new Chain.Hook(Chain.Type.NAT, Chain.Point.INPUT, 100), List.of());
      List<Element> onlyHere =
          List.of(sample.endpoint(1, 0, 1001, ""), sample.endpoint(1, 1, 1001, ""));
      List<ElementKey> keys = onlyHere.stream().map(Element::key).toList();
      List<Element> learned = List.of(sample.member(service, Protocol.TCP, 80));
      kernel.commit(
          new Transaction(
              List.of(
                  new Operation.DeleteElements(family, sample.endpoints(0), keys),
                  new Operation.AddElements(family, sample.endpoints(0), onlyHere),
                  new Operation.AddElements(family, sample.masquerade(0), learned),
                  new Operation.AddChain(family, output),
                  new Operation.AddRule(
                      family, "output", new Rule(List.of(new Statement.Jump("dispatch")))),
                  new Operation.FlushChain(family, "dispatch"),
                  new Operation.AddRule(
                      family,
                      "dispatch",
                      new Rule(
                          List.of(new Statement.VerdictFrom(SampleTable.FRONTEND, "services")))),
                  new Operation.AddChain(family, input),
                  new Operation.AddRule(
                      family, "input", new Rule(List.of(new Statement.Jump("learn")))))));
      server.bind(new InetSocketAddress(InetAddress.getByAddress(host.bytes()), 8080));
      try (Socket client = new Socket()) {
        client.connect(new InetSocketAddress(InetAddress.getByAddress(service.bytes()), 80), 5000);
        server.accept().close();
      }
      List<RememberedClient> clients = kernel.readAffinity(family, sample.affinity());
      assertThat(clients).hasSize(1);
      RememberedClient client = clients.get(0);
      assertThat(client.key()).isEqualTo(SampleTable.bytes(service, Protocol.TCP, 80, host));
      assertThat(client.data()).isEqualTo(SampleTable.bytes(host, 8080));
      assertThat(client.timeoutMillis()).isEqualTo(10_800_000);
      assertThat(client.remainingMillis()).isBetween(10_700_000L, 10_800_000L);
    }
  }

  @KernelTest
  void aReplacedTableKeepsItsClients() throws Exception {
    for (IpFamily family : IpFamily.values()) {
      SampleTable sample = new SampleTable(family);
      TableState state = sample.state();
      try (NftablesKernel kernel = NftablesKernel.open()) {
        kernel.commit(SampleTable.create(state));
        List<RememberedClient> clients = clients(sample, 5000);
        List<AffinityRestore> restore =
            List.of(new AffinityRestore(family, sample.affinity(), clients));
        kernel.commit(new Transaction(List.of()), restore);
        List<Operation> replacement = new ArrayList<>();
        replacement.add(new Operation.DeleteTable(family));
        replacement.addAll(SampleTable.create(state).operations());
        kernel.commit(new Transaction(replacement), restore);
        List<RememberedClient> read = kernel.readAffinity(family, sample.affinity());
        assertThat(read).hasSameSizeAs(clients);
        assertThat(read.stream().map(RememberedClient::key))
            .containsExactlyInAnyOrderElementsOf(
                clients.stream().map(RememberedClient::key).toList());
        assertThat(read).allMatch(client -> client.timeoutMillis() == 600_000);
        assertThat(read).allMatch(client -> client.remainingMillis() <= 60_000);
        assertThat(read).allMatch(client -> client.remainingMillis() > 40_000);
        assertThat(kernel.readTable(family)).contains(state);
      }
    }
  }

  @KernelTest
  void forgettingDoesNotMindMissingClients() throws Exception {
    SampleTable sample = new SampleTable(IpFamily.IPV6);
    SetDeclaration map = sample.affinity();
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(SampleTable.create(sample.state()));
      List<RememberedClient> clients = clients(sample, 30);
      List<Bytes> keys = clients.stream().map(RememberedClient::key).toList();
      AffinityRestore restore = new AffinityRestore(IpFamily.IPV6, map, clients.subList(5, 30));
      kernel.commit(new Transaction(List.of()), List.of(restore));
      kernel.forget(IpFamily.IPV6, map, keys.subList(0, 10));
      assertThat(kernel.readAffinity(IpFamily.IPV6, map)).hasSize(20);
      kernel.forgetOneByOne(IpFamily.IPV6, map, keys.subList(8, 15));
      assertThat(kernel.readAffinity(IpFamily.IPV6, map)).hasSize(15);
      kernel.forget(IpFamily.IPV6, map, List.of());
      assertThat(kernel.readAffinity(IpFamily.IPV6, map)).hasSize(15);
    }
  }

  private static List<RememberedClient> clients(SampleTable sample, int count) {
    List<RememberedClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(
          new RememberedClient(
              SampleTable.bytes(sample.address(1), Protocol.TCP, 80, sample.address(5000 + i)),
              SampleTable.bytes(sample.address(1001), 8080),
              600_000,
              60_000));
    }
    return clients;
  }
}
