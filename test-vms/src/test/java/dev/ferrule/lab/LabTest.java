// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class LabTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void podsOfTwoNodesReachEachOtherInBothFamiliesAndProtocols() throws IOException {
    try (Lab lab = Lab.open(2);
        EchoServers servers = EchoServers.start()) {
      LabPod here = lab.addPod(lab.node(1), "here");
      LabPod there = lab.addPod(lab.node(2), "there");
      servers.listen(
          there.namespace(), "there", List.of(there.ipv4(), there.ipv6()), 80, Protocol.TCP);
      servers.listen(
          there.namespace(), "there", List.of(there.ipv4(), there.ipv6()), 53, Protocol.UDP);
      try (Caller caller = Caller.in(here.namespace(), SECOND)) {
        Answer four = caller.get(there.ipv4(), 80);
        assertThat(four.server()).isEqualTo("there");
        assertThat(four.at()).isEqualTo("10.244.2.2:80");
        assertThat(four.source()).isEqualTo(here.ipv4());
        Answer six = caller.ask(there.ipv6(), 53);
        assertThat(six.server()).isEqualTo("there");
        assertThat(six.at()).isEqualTo("[fd00:10:244:2::2]:53");
        assertThat(six.source()).isEqualTo(here.ipv6());
        assertThat(caller.ask(there.ipv4(), 53).source()).isEqualTo(here.ipv4());
        assertThat(caller.get(there.ipv6(), 80).source()).isEqualTo(here.ipv6());
      }
    }
  }

  @Test
  void theOutsideReachesNodesAndPodsUnderItsOwnAddress() throws IOException {
    try (Lab lab = Lab.open(1);
        EchoServers servers = EchoServers.start()) {
      LabNode node = lab.node(1);
      LabPod pod = lab.addPod(node, "web");
      servers.listen(pod.namespace(), "web", pod.ipv4(), 80, Protocol.TCP);
      servers.listen(node.namespace(), "sshd", node.ipv6(), 22, Protocol.TCP);
      lab.addOutsideAddress("11.11.11.11/32");
      servers.listen(lab.outside(), "elsewhere", "11.11.11.11", 80, Protocol.TCP);
      try (Caller outside = Caller.in(lab.outside(), SECOND);
          Caller inside = Caller.in(pod.namespace(), SECOND)) {
        assertThat(outside.get(pod.ipv4(), 80).source()).isEqualTo(Lab.CLIENT_IPV4);
        assertThat(outside.get(node.ipv6(), 22).source()).isEqualTo(Lab.CLIENT_IPV6);
        assertThat(inside.get("11.11.11.11", 80).source()).isEqualTo(pod.ipv4());
      }
    }
  }

  @Test
  void aServerThatIsClosedRefuses() throws IOException {
    try (Lab lab = Lab.open(1);
        EchoServers servers = EchoServers.start()) {
      LabPod pod = lab.addPod(lab.node(1), "web");
      EchoServers.Server server =
          servers.listen(pod.namespace(), "web", pod.ipv4(), 80, Protocol.TCP);
      try (Caller caller = Caller.in(lab.node(1).namespace(), SECOND)) {
        assertThat(caller.spread(pod.ipv4(), 80, 50)).containsOnlyKeys("web");
        server.close();
        assertThatThrownBy(() -> caller.get(pod.ipv4(), 80))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("refused");
      }
    }
  }

  @Test
  void aThreadInANamespaceSeesItsInterfacesAndTheCallerStaysHome() throws Exception {
    try (Lab lab = Lab.open(1)) {
      LabPod pod = lab.addPod(lab.node(1), "web");
      int home = Libc.C.if_nametoindex("pod1");
      try (NamespaceThread node = NamespaceThread.enter(lab.node(1).namespace());
          NamespaceThread inside = NamespaceThread.enter(pod.namespace())) {
        assertThat(node.call(() -> Libc.C.if_nametoindex("pod1"))).isPositive();
        assertThat(inside.call(() -> Libc.C.if_nametoindex("pod1"))).isZero();
        assertThat(inside.call(() -> Libc.C.if_nametoindex("eth0"))).isPositive();
      }
      assertThat(home).isZero();
      assertThat(Libc.C.if_nametoindex("pod1")).isZero();
    }
  }

  @Test
  void closingLeavesNothingBehindAndMayBeRepeated() throws IOException {
    List<String> before = namespaces();
    Lab lab = Lab.open(2);
    LabPod gone = lab.addPod(lab.node(1), "gone");
    lab.addPod(lab.node(1), "stays");
    assertThat(namespaces()).hasSize(before.size() + 5);
    lab.removePod(gone);
    assertThat(namespaces()).hasSize(before.size() + 4);
    assertThat(lab.addPod(lab.node(1), "next").ipv4()).isEqualTo(gone.ipv4());
    lab.close();
    lab.close();
    assertThat(namespaces()).isEqualTo(before);
    assertThatThrownBy(() -> lab.addPod(lab.node(1), "late"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("closed");
  }

  /** Only those of this process: other labs may live on the machine. */
  private static List<String> namespaces() throws IOException {
    if (!Files.isDirectory(Path.of("/run/netns"))) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
      String own = "fl" + ProcessHandle.current().pid() + "-";
      return all.map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith(own))
          .sorted()
          .toList();
    }
  }
}
