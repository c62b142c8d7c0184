// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ferrule doctor} in a network namespace, of which it is known what is wrong with it. */
@Tag("kernel")
class DoctorTest {

  private static final Pattern FINDING =
      Pattern.compile("\"check\" : \"([a-z0-9-]+)\",\\s+\"severity\" : \"(warning|error)\"");

  @TempDir private Path work;

  private final NetNamespace host = new NetNamespace("fr" + ProcessHandle.current().pid() + "dr");

  @BeforeEach
  void create() {
    NetNamespace.create(List.of(host));
    host.ip(
        List.of("link add eth0 type bridge", "link set eth0 up", "addr add 192.0.2.1/24 dev eth0"));
    host.sysctl(
        Map.of(
            "ipv4/ip_forward",
            "1",
            "ipv4/conf/all/rp_filter",
            "0",
            "ipv4/conf/eth0/rp_filter",
            "0",
            "ipv4/ip_local_port_range",
            "32768 60999"));
  }

  @AfterEach
  void delete() {
    NetNamespace.delete(List.of(host));
  }

  @Test
  void aHostWithNothingWrongEndsWithZero() {
    Command.Result result = host.exec(words());
    assertThat(bad(result)).as(result.said()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .contains("the kernel took everything", "\"check\" : \"node-addresses\"");
    assertThat(host.exec("nft", "list", "tables").output()).isEmpty();
  }

  @Test
  void inModeIptablesAsWell() {
    Command.Result result = host.exec(words("--proxy-mode=iptables"));
    assertThat(bad(result)).as(result.said()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.output()).contains("the kernel took everything");
  }

  @Test
  void whatIsWrongIsFoundAndNothingElse() throws Exception {
    host.sysctl(
        Map.of(
            "ipv4/ip_forward",
            "0",
            "ipv4/conf/eth0/rp_filter",
            "1",
            "ipv4/ip_local_port_range",
            "30000 60999"));
    must(host.exec("nft", "add", "table", "ip", "kube-proxy"));
    must(host.exec("nft", "add", "table", "inet", "firewalld"));
    must(host.exec("iptables-nft", "-N", "DOCKER-USER"));
    must(host.exec("iptables-nft", "-P", "FORWARD", "DROP"));
    String rules = host.exec("nft", "list", "ruleset").output();
    try (ServerSocket taken =
        NamespaceThread.once(
            host, () -> new ServerSocket(10249, 1, InetAddress.getLoopbackAddress()))) {
      Command.Result result = host.exec(words());
      assertThat(taken.isBound()).isTrue();
      assertThat(result.exit()).as(result.said()).isEqualTo(5);
      assertThat(bad(result))
          .containsExactly(
              "error ip-forward",
              "warning kube-proxy",
              "warning forward-policy",
              "warning firewalld",
              "warning reverse-path",
              "warning node-port-range",
              "warning ports");
      assertThat(result.output())
          .contains(
              "iptables-nft -I DOCKER-USER -j ACCEPT",
              "127.0.0.1:10249 is taken by",
              "(process " + ProcessHandle.current().pid() + ")");
    }
    assertThat(host.exec("nft", "list", "ruleset").output()).isEqualTo(rules);
  }

  @Test
  void aConfigurationThatCannotBeReadDoesNotEndIt() throws Exception {
    Path file = Files.writeString(work.resolve("config.yaml"), "mode: [\n");
    Command.Result result = host.exec(launcher(), "doctor", "-o", "json", "--config=" + file);
    assertThat(result.exit()).as(result.said()).isEqualTo(5);
    assertThat(bad(result)).contains("error configuration");
    assertThat(result.output()).contains("\"check\" : \"kernel-options\"");
  }

  @Test
  void aFolderIsReadAndAMissingOneIsAnError() {
    assertThat(bad(host.exec(words("--manifests=" + work)))).isEmpty();
    Command.Result missing = host.exec(words("--manifests=" + work.resolve("none")));
    assertThat(bad(missing)).containsExactly("error source");
    assertThat(missing.exit()).isEqualTo(5);
  }

  @Test
  void withoutPrivilegeItSaysWhatItCouldNotSee() {
    List<String> all =
        new ArrayList<>(
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"));
    all.addAll(Arrays.asList(words()));
    Command.Result result = host.exec(all.toArray(String[]::new));
    assertThat(result.exit()).as(result.said()).isIn(0, 4);
    assertThat(result.output())
        .contains("\"seen\" : false", "not looked at: ", "this process lacks CAP_NET_ADMIN");
  }

  /** The machine's own limits are none of the namespace's. */
  private String[] words(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                launcher(),
                "doctor",
                "-o",
                "json",
                "--cluster-cidr=10.244.0.0/16",
                "--conntrack-max-per-core=0",
                "--conntrack-tcp-timeout-established=0s",
                "--conntrack-tcp-timeout-close-wait=0s"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static List<String> bad(Command.Result result) {
    List<String> found = new ArrayList<>();
    Matcher finding = FINDING.matcher(result.output());
    while (finding.find()) {
      found.add(finding.group(2) + " " + finding.group(1));
    }
    return found;
  }

  private static void must(Command.Result result) {
    assertThat(result.exit()).as(result.said()).isZero();
  }

  private static String launcher() {
    return Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString();
  }
}
