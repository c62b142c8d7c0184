// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.PodInterface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which connection a question is about, and what is said to questions about none. */
class QuestionsTest {

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        clusterIPs: ["fd00:10:96::10", 10.96.0.10]
        clusterIP: "fd00:10:96::10"
        ipFamilyPolicy: RequireDualStack
        ports:
        - {name: http, port: 80}
        - {name: dns, port: 53, protocol: UDP}
        - {name: dns-tcp, port: 53}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: peers, namespace: shop}
      spec: {clusterIP: None, ports: [{port: 7000}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: away, namespace: shop}
      spec: {type: ExternalName, externalName: www.example}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client}
      status: {podIPs: [{ip: 10.244.1.8}, {ip: "fd00:10:244::8"}], podIP: 10.244.1.8}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: old, namespace: shop}
      status: {podIP: 10.244.1.9}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: waiting}
      """;

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("all.yaml"), MANIFESTS);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.1.1,             10.96.0.10:80,                    10.1.1.1 -> 10.96.0.10:80/tcp",
    "10.1.1.1,             10.96.0.10:80/udp,                10.1.1.1 -> 10.96.0.10:80/udp",
    "10.1.1.1,             10.96.0.10:80/SCTP,               10.1.1.1 -> 10.96.0.10:80/sctp",
    "fd00::1,              '[fd00::2]:80/tcp',               'fd00::1 -> [fd00::2]:80/tcp'",
    "fd00::1,              'fd00::2:80/tcp',                 'fd00::1 -> [fd00::2]:80/tcp'",
    "10.1.1.1,             default/web:http,                 10.1.1.1 -> 10.96.0.10:80/tcp",
    "10.1.1.1,             web:http,                         10.1.1.1 -> 10.96.0.10:80/tcp",
    "10.1.1.1,             web.default:80,                   10.1.1.1 -> 10.96.0.10:80/tcp",
    "10.1.1.1,             Web.default.svc.cluster.local:80, 10.1.1.1 -> 10.96.0.10:80/tcp",
    "10.1.1.1,             default/web:dns/udp,              10.1.1.1 -> 10.96.0.10:53/udp",
    "10.1.1.1,             default/web:dns-tcp,              10.1.1.1 -> 10.96.0.10:53/tcp",
    "10.1.1.1,             default/web:9999,                 10.1.1.1 -> 10.96.0.10:9999/tcp",
    "pod/client,           10.96.0.10:80,                    10.244.1.8 -> 10.96.0.10:80/tcp",
    "default/client,       '[fd00:10:96::10]:80',  'fd00:10:244::8 -> [fd00:10:96::10]:80/tcp'",
    "shop/old,             default/web:http,                 10.244.1.9 -> 10.96.0.10:80/tcp",
    "node,                 10.96.0.10:80,                    192.168.0.2 -> 10.96.0.10:80/tcp",
  })
  void namesAndAddressesBecomeAConnection(String from, String to, String connection)
      throws QuestionException {
    assertThat(ask(from, to, null)).isEqualTo(connection);
  }

  /** As a resolver would order them: the first ClusterIP is the Service's own choice. */
  @Test
  void betweenNamesOfBothFamiliesTheServicesFirstFamilyIsMeant() throws QuestionException {
    assertThat(ask("default/client", "default/web:http", null))
        .isEqualTo("fd00:10:244::8 -> [fd00:10:96::10]:80/tcp");
  }

  /** The node has no address of the family here, but loopback. */
  @Test
  void theNodeHasLoopbackAtLeast() throws QuestionException {
    assertThat(ask("node", "[fd00:10:96::10]:80", null))
        .isEqualTo("::1 -> [fd00:10:96::10]:80/tcp");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.1.1,        10.96.0.10,             names no port: write TO:PORT/PROTO",
    "10.1.1.1,        10.96.0.10:,            names no port: write TO:PORT/PROTO",
    "10.1.1.1,        fd00::1:80,             names no port: write TO:PORT/PROTO",
    "10.1.1.1,        :80,                    names no port: write TO:PORT/PROTO",
    "10.1.1.1,        10.96.0.10:80/icmp,     '\"icmp\" is none of the protocols tcp, udp, sctp'",
    "10.1.1.1,        10.96.0.10:0,           port 0 is not in 1 to 65535",
    "10.1.1.1,        10.96.0.10:65536,       port 65536 is not in 1 to 65535",
    "10.1.1.1,        10.96.0.10:99999999999, port 99999999999 is not in 1 to 65535",
    "10.1.1.1,        10.96.0.10:http,        only ports of Services have names",
    "10.1.1.1,        default/web:https,      no tcp port named https; it has 80/tcp (http)",
    "10.1.1.1,        default/web:http/udp,   no udp port named http; it has 80/tcp (http)",
    "10.1.1.1,        default/nope:80,        there is no Service default/nope in ",
    "10.1.1.1,        nope.shop.svc:80,       there is no Service shop/nope in ",
    "10.1.1.1,        10.96.0.300:80,         is no address",
    "10.1.1.1,        shop/peers:80,          Service shop/peers is headless",
    "10.1.1.1,        shop/away:80,           Service shop/away is an ExternalName",
    "default/nobody,  10.96.0.10:80,          there is no Pod default/nobody in ",
    "default/waiting, 10.96.0.10:80,          Pod default/waiting has no address",
    "somewhere,       10.96.0.10:80,          'where is \"somewhere\"? FROM is an address, node'",
    "10.1.1.1,        '[fd00::2]:80',         have no address of the same family: 10.1.1.1 and",
  })
  void aQuestionAboutNothingIsAnsweredWithWhatIsMissing(String from, String to, String complaint) {
    assertThatThrownBy(() -> ask(from, to, null))
        .isInstanceOf(QuestionException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void theInterfaceIsTakenAsGiven() throws QuestionException {
    DesiredState state = state(new PodInterface("veth", true));
    ManifestFolder folder = folder();
    assertThat(
            new Investigation(folder, state)
                .connection("10.244.1.8", "10.96.0.10:80", "veth7")
                .inInterface())
        .isEqualTo("veth7");
  }

  private String ask(String from, String to, @Nullable String inInterface)
      throws QuestionException {
    ManifestFolder folder = folder();
    return new Investigation(folder, state(null)).connection(from, to, inInterface).toString();
  }

  private ManifestFolder folder() {
    ManifestFolder folder = new ManifestFolder(directory, ManifestSettings.defaults("node1"));
    folder.load();
    return folder;
  }

  private static DesiredState state(@Nullable PodInterface podInterface) {
    return new DesiredState(
        new ForwardingSettings(
            NodePortAddresses.PRIMARY, List.of(), false, podInterface, false, false),
        "node1",
        List.of(IpAddress.parse("192.168.0.2")));
  }
}
