// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask the running agent, and who may. */
@Tag("kernel")
class ControlTest {

  private static final String WEB = "10.96.1.1";
  private static final String NOBODY = "65534";
  private static final String GROUP = "64999";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static LabPod pod;
  private @Nullable Daemon last;

  @BeforeAll
  static void create() throws IOException {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster = new Cluster(work);
    pod = cluster.pod("web-1");
    cluster.put("slices.yaml", Texts.slices("web", List.of(pod)));
    cluster.put(
        "web.yaml", Texts.service("web", WEB, "type: NodePort", "sessionAffinity: ClientIP"));
    cluster.put(
        "more.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: labelled
          labels: {team: a, tier: "2"}
          annotations: {note: "some text", ferrule.dev/unknown: x}
        spec: {type: LoadBalancer, ports: [{port: 80}, {name: dns, port: 53, protocol: UDP}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: elsewhere}
        spec: {type: ExternalName, externalName: www.example.com}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: headless}
        spec: {clusterIP: None, selector: {app: x}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: broken}
        spec: {ports: [{port: 99999}]}
        """);
  }

  @AfterEach
  void stop() {
    if (last != null && last.isAlive()) {
      last.terminate();
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void theAgentSaysWhatTheFolderSays() {
    Daemon daemon = cluster.daemon().awaitInStep();
    last = daemon;
    for (List<String> command :
        List.of(
            List.of("get", "services", "-A"),
            List.of("get", "svc", "-A", "-o", "wide"),
            List.of("get", "services", "-A", "-o", "yaml"),
            List.of("get", "endpoints", "-o", "json"),
            List.of("get", "service", "nosuch"),
            List.of("describe", "service"),
            List.of("explain", "203.0.113.2", "default/web:tcp"),
            List.of("explain", "node", WEB + ":80", "--live", "-o", "json"))) {
      Command.Result asked = ask(command.toArray(String[]::new));
      Command.Result read =
          cluster.ferrule(
              command.get(0), command.subList(1, command.size()).toArray(String[]::new));
      assertThat(asked).as(String.join(" ", command)).isEqualTo(read);
    }
    Command.Result status = ask("status");
    assertThat(status.exit()).as(status.said()).isZero();
    assertThat(status.output())
        .contains(
            "in step", "Service default/broken", "following for", "In kernel:      2 tables, ");
  }

  @Test
  void onlyRootAndTheGroupMayAsk() throws IOException {
    Daemon daemon = withGroup().awaitInStep();
    last = daemon;
    assertThat(status("--regid", NOBODY, "--groups", GROUP).exit()).isZero();
    assertThat(status("--regid", GROUP, "--clear-groups").exit()).isZero();
    Command.Result refused = status("--regid", NOBODY, "--clear-groups");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors()).contains("only root and members of the group ferrule may ask");
    Files.setPosixFilePermissions(cluster.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
    refused = status("--regid", NOBODY, "--clear-groups");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors()).contains("user 65534 may not ask this agent");
    daemon.awaitError("control socket: refused user 65534");
    Command.Result send =
        asNobody(
            List.of("--regid", GROUP, "--clear-groups"), "explain", "node", WEB + ":80", "--send");
    assertThat(send.errors()).contains("only root may ask a running agent to send a packet");
  }

  @Test
  void theSocketOfAnAgentThatWasKilledIsTaken() {
    Daemon daemon = cluster.daemon().awaitInStep();
    last = daemon;
    daemon.kill();
    assertThat(cluster.socket()).exists();
    Command.Result nobody = ask("status");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.errors()).contains("no agent is running here that answers on");
    daemon = cluster.daemon().awaitInStep();
    last = daemon;
    assertThat(daemon.errors()).doesNotContain("control socket");
    assertThat(ask("status").exit()).isZero();
    assertThat(daemon.terminate()).isEqualTo(143);
    assertThat(cluster.socket()).doesNotExist();
  }

  @Test
  void theSocketOfAnAgentThatRunsStaysItsOwn() {
    Daemon first = cluster.daemon().awaitInStep();
    Daemon daemon =
        cluster.daemon("--healthz-bind-address", "off", "--metrics-bind-address", "off");
    last = daemon;
    daemon.awaitError("an agent that is running has it").awaitInStep();
    assertThat(ask("status").exit()).isZero();
    first.kill();
    daemon.awaitError("answers now");
    assertThat(ask("status").exit()).isZero();
  }

  @Test
  void whoeverMisbehavesHoldsUpNobody() throws IOException {
    Daemon daemon = cluster.daemon().awaitInStep();
    last = daemon;
    List<SocketChannel> held = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        held.add(channel);
        channel.connect(UnixDomainSocketAddress.of(cluster.socket()));
        if (i % 3 == 0) {
          write(channel, "{\"command\": [\"get\", \"services\", \"-A\", \"-o\", \"yaml\"]}\n");
        } else if (i % 3 == 1) {
          write(channel, "garbage ".repeat(1000));
        }
      }
      cluster.put("late.yaml", Texts.service("late", "10.96.1.9"));
      cluster.awaitInStep();
      Wait.untilEqual(0, () -> ask("status").exit());
    } finally {
      for (SocketChannel channel : held) {
        channel.close();
      }
    }
    assertThat(ask("get", "services").output()).contains("late");
    assertThat(daemon.isAlive()).isTrue();
  }

  @Test
  void whatAKilledAgentHadHalfWrittenIsRemovedAtTheNextStart() throws IOException {
    Daemon daemon = cluster.daemon().awaitInStep();
    last = daemon;
    Path[] files;
    try (Stream<Path> all = Files.list(work)) {
      files =
          all.filter(file -> file.getFileName().toString().endsWith(".json")).toArray(Path[]::new);
    }
    assertThat(files).as("the state file").hasSize(1);
    daemon.kill();
    Path half = Files.writeString(work.resolve(files[0].getFileName() + ".new"), "{");
    Path other = Files.writeString(work.resolve("of-somebody.new"), "");
    assertThat(cluster.ferrule("plan").exit()).isZero();
    assertThat(half).as("who only looks touches nothing").exists();
    daemon = cluster.daemon().awaitInStep();
    last = daemon;
    Wait.until(Wait.PATIENCE, () -> !Files.exists(half));
    assertThat(half).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void anAgentThatWaitsForItsSourceSaysSo() throws IOException {
    Daemon daemon = cluster.daemonOverApi(kubeconfig());
    last = daemon;
    Wait.until(Wait.PATIENCE, () -> Files.exists(cluster.socket()));
    Command.Result status = ask("status");
    assertThat(status.exit()).as(status.said()).isEqualTo(2);
    assertThat(status.output())
        .contains("starting", "Last commit:    none yet", "services: ", "endpointslices: ");
    Wait.until(Wait.PATIENCE, () -> ask("status").output().contains("services: away for"));
    assertThat(ask("get", "services").errors()).contains("the agent is starting");
  }

  @Test
  void noSecretIsInTheArchive() throws IOException {
    cluster.put(
        "secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: credentials}
        stringData: {password: secret-of-a-manifest, key: "secret-of-another
        """);
    List<String> words = new ArrayList<>(List.of("env", "API_TOKEN=secret-of-environment"));
    words.addAll(cluster.commandLine("run", "--kubeconfig", kubeconfig().toString()));
    Daemon daemon = Daemon.start(cluster.host(), words, work).awaitInStep();
    last = daemon;
    Path archive = work.resolve("dump.tar.gz");
    Command.Result dump = ask("support-dump", archive.toString());
    assertThat(dump.exit()).as(dump.said()).isZero();
    String text = Command.run(List.of("tar", "-xzOf", archive.toString())).output();
    assertThat(text)
        .contains("\"state\" : \"in step\"", "No changes", "clusterIP: " + WEB, "table ip ferrule")
        .contains("Z in step with", "\"check\" : \"ip-forward\"", "no chains of ours")
        .doesNotContain("secret-", "some text", "not known:");
    cluster.remove("secret.yaml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
  }

  private static Path kubeconfig() throws IOException {
    return Files.writeString(
        work.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts: [{name: one, context: {cluster: one, user: one}}]
        clusters: [{name: one, cluster: {server: "https://127.0.0.1:1"}}]
        users:
        - name: one
          user: {token: secret-token, password: secret-password, username: u}
        """);
  }

  private static void write(SocketChannel channel, String text) {
    try {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      return; // the agent needed the place, which is what is tested
    }
  }

  /** With a group file of its own, which only it sees. */
  private static Daemon withGroup() throws IOException {
    Path groups = work.resolve("group");
    Files.writeString(
        groups, Files.readString(Path.of("/etc/group")) + "ferrule:x:" + GROUP + ":\n");
    List<String> words = new ArrayList<>(List.of("sh", "-c"));
    words.add("mount --bind " + groups + " /etc/group && exec \"$@\"");
    words.add("sh");
    words.addAll(cluster.commandLine("run"));
    return Daemon.start(cluster.host(), words, work);
  }

  private static Command.Result status(String... credentials) {
    return asNobody(List.of(credentials), "status");
  }

  private static Command.Result asNobody(List<String> credentials, String... command) {
    List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", NOBODY));
    words.addAll(credentials);
    words.addAll(commandLine(command));
    return cluster.host().exec(words.toArray(String[]::new));
  }

  private static Command.Result ask(String... command) {
    return cluster.host().exec(commandLine(command).toArray(String[]::new));
  }

  private static List<String> commandLine(String... command) {
    List<String> words = new ArrayList<>(List.of(cluster.commandLine("run").get(0)));
    words.addAll(List.of(command));
    words.addAll(List.of("--control-socket", cluster.socket().toString()));
    return words;
  }
}
