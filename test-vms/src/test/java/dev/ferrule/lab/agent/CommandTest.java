// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as scripts use it: exit codes, output, and what the kernel holds after it. */
@Tag("kernel")
class CommandTest {

  private static final String FOREIGN =
      "table inet other {\n\tchain c {\n\t\ttype filter hook forward priority 5;\n\t}\n}\n";

  private final NetNamespace host = new NetNamespace("fr" + ProcessHandle.current().pid() + "c");
  private final NetNamespace other = new NetNamespace("fr" + ProcessHandle.current().pid() + "d");

  @TempDir private Path folder;

  @BeforeEach
  void create() throws IOException {
    NetNamespace.create(List.of(host, other));
    for (NetNamespace namespace : List.of(host, other)) {
      namespace.ip(List.of("addr add 192.168.0.2/24 dev lo"));
      assertThat(namespace.execWithInput(FOREIGN, "nft", "-f", "-").exit()).isZero();
    }
    Files.writeString(folder.resolve("web.yaml"), service("web", "10.96.0.10", "web", 30080));
    Files.writeString(folder.resolve("api.yaml"), service("api", "10.96.0.11", "api", 30081));
    for (int i = 1; i <= 3; i++) {
      Files.writeString(folder.resolve("web-" + i + ".yaml"), pod("web-" + i, "web", i));
    }
    Files.writeString(folder.resolve("api-1.yaml"), pod("api-1", "api", 9));
  }

  @AfterEach
  void delete() {
    NetNamespace.delete(List.of(host, other));
  }

  @Test
  void planAgainstEmptyNeedsNoPrivilege() {
    Command.Result plan = unprivileged("plan", "--against", "empty");
    assertThat(plan.errors()).isEmpty();
    assertThat(plan.exit()).isEqualTo(2);
    assertThat(plan.output()).contains("+ Service default/web", "Plan: Services +2 ~0 -0");
  }

  @Test
  void withoutPrivilegeTheKernelIsLeftAloneAndOneLineSaysWhy() {
    for (String command : List.of("plan", "apply", "run")) {
      Command.Result result = unprivileged(command);
      assertThat(result.exit()).as(command).isEqualTo(1);
      assertThat(result.errors().lines()).as(command).hasSize(1);
      assertThat(result.errors()).contains("root or CAP_NET_ADMIN");
    }
  }

  @Test
  void afterApplyThePlanIsEmptyAndASecondApplyTouchesNothing() {
    assertThat(ferrule(host, "plan").exit()).isEqualTo(2);
    assertThat(ferrule(host, "apply").output()).contains("+ Service default/web");
    Command.Result plan = ferrule(host, "plan");
    assertThat(plan.output()).contains("No changes");
    assertThat(plan.exit()).isZero();
    String before = generation();
    assertThat(ferrule(host, "apply").output()).contains("No changes");
    assertThat(generation()).isEqualTo(before);
  }

  @Test
  void removingOnePodShowsOnlyWhatThatChanges() throws IOException {
    ferrule(host, "apply");
    Files.delete(folder.resolve("web-2.yaml"));
    Command.Result plan = ferrule(host, "plan");
    assertThat(plan.exit()).isEqualTo(2);
    assertThat(plan.output())
        .contains("~ Service default/web  # endpoint gone: 10.244.1.2:8080")
        .contains("goto pick_3 -> goto pick_2")
        .doesNotContain("default/api")
        .contains("Plan: Services +0 ~1 -0");
  }

  @Test
  void theNftScriptAppliedByHandGivesTheSameKernelState() {
    ferrule(host, "apply");
    Command.Result script = ferrule(other, "plan", "--output", "nft");
    assertThat(other.execWithInput(script.output(), "nft", "-f", "-").said()).isEmpty();
    assertThat(ferrule(other, "plan").output()).contains("No changes");
    assertThat(list(other)).isEqualTo(list(host));
  }

  @Test
  void theNftScriptOfAChangeLeadsToTheSameStateToo() throws IOException {
    ferrule(host, "apply");
    ferrule(other, "apply");
    Files.delete(folder.resolve("web-1.yaml"));
    Files.writeString(
        folder.resolve("api.yaml"),
        service("api", "10.96.0.11", "api", 30081)
            + "  sessionAffinity: ClientIP\n  externalTrafficPolicy: Local\n");
    Command.Result script = ferrule(other, "plan", "--output", "nft");
    assertThat(other.execWithInput(script.output(), "nft", "-f", "-").said()).isEmpty();
    ferrule(host, "apply");
    assertThat(ferrule(other, "plan").output()).contains("No changes");
    assertThat(list(other)).isEqualTo(list(host));
  }

  @Test
  void cleanupRemovesOursAndNothingElse() {
    ferrule(host, "apply");
    Command.Result dry = cleanup("--dry-run");
    assertThat(dry.output()).contains("- table ip ferrule", "- table ip6 ferrule");
    assertThat(list(host)).contains("table ip ferrule");
    assertThat(cleanup().exit()).isZero();
    assertThat(list(host)).doesNotContain("ferrule").contains("table inet other");
    assertThat(cleanup().output()).contains("Nothing of ours");
  }

  @Test
  void whatSomebodyElsePutIntoOurTableIsFoundAndRemoved() {
    ferrule(host, "apply");
    String intrusion =
        """
        add chain ip ferrule intruder
        add rule ip ferrule dispatch ip saddr 192.0.2.1 drop
        add element ip ferrule no_endpoints { 192.0.2.9 . tcp . 99 }
        delete element ip ferrule services { 10.96.0.11 . tcp . 80 }
        """;
    assertThat(host.execWithInput(intrusion, "nft", "-f", "-").said()).isEmpty();
    Command.Result plan = ferrule(host, "plan");
    assertThat(plan.exit()).isEqualTo(2);
    assertThat(plan.output()).contains("intruder", "192.0.2.9", "10.96.0.11 . tcp . 80");
    ferrule(host, "apply");
    assertThat(ferrule(host, "plan").output()).contains("No changes");
    assertThat(list(host)).doesNotContain("intruder").doesNotContain("192.0.2.");
  }

  @Test
  void anEmptyTableOfOursIsFilled() {
    assertThat(host.exec("nft", "add", "table", "ip", "ferrule").exit()).isZero();
    assertThat(ferrule(host, "apply").exit()).isZero();
    assertThat(ferrule(host, "plan").output()).contains("No changes");
  }

  @Test
  void aTableOfOtherShapeIsWrittenAnewInOneGo() {
    String older = "table ip ferrule {\n\tset services {\n\t\ttype ipv4_addr\n\t}\n}\n";
    assertThat(host.execWithInput(older, "nft", "-f", "-").exit()).isZero();
    assertThat(ferrule(host, "apply").output()).contains("is written anew");
    assertThat(ferrule(host, "plan").output()).contains("No changes");
  }

  @Test
  void faultyObjectsAreNamedAndTheRestIsApplied() throws IOException {
    Files.writeString(folder.resolve("broken.yaml"), "kind: [unclosed\n");
    Files.writeString(folder.resolve("port.yaml"), service("bad", "10.96.0.12", "bad", 99));
    Files.writeString(
        folder.resolve("clash.yaml"), service("zz-clash", "10.96.0.10", "web", 30090));
    Command.Result apply = ferrule(host, "apply", "--strict");
    assertThat(apply.exit()).isEqualTo(3);
    assertThat(apply.errors())
        .contains("broken.yaml")
        .contains("default/bad: spec.ports[0].nodePort")
        .contains("default/zz-clash")
        .contains("10.96.0.10");
    assertThat(apply.output()).contains("+ Service default/web", "+ Service default/api");
    assertThat(ferrule(host, "apply").exit()).isZero();
  }

  @Test
  void fileNamesAreReadWithoutALocaleToo() throws IOException {
    Files.move(folder.resolve("web.yaml"), folder.resolve("w\u00fcb.yaml"));
    host.exec("touch", folder + "/none.yaml");
    host.exec("sh", "-c", "mv " + folder + "/none.yaml " + folder + "/$(printf '\\377').yaml");
    List<String> words = new ArrayList<>(List.of("env", "-u", "LC_ALL", "-u", "LANG"));
    words.addAll(commandLine("apply", "--strict"));
    Command.Result apply = host.exec(words.toArray(String[]::new));
    assertThat(apply.output()).contains("+ Service default/web");
    assertThat(apply.errors()).contains("its name is not UTF-8");
    assertThat(apply.errors().lines()).hasSize(1);
  }

  @Test
  void aWrongFlagOrFolderEndsWithOneLineAndOne() {
    assertThat(ferrule(host, "plan", "--nonsense").exit()).isEqualTo(1);
    Command.Result nowhere =
        host.exec(launcher(), "apply", "--manifests", folder.resolve("nowhere").toString());
    assertThat(nowhere.exit()).isEqualTo(1);
    assertThat(nowhere.errors().lines()).hasSize(1);
    assertThat(nowhere.errors()).contains("nowhere", "--manifests");
  }

  private Command.Result ferrule(NetNamespace where, String... words) {
    return where.exec(commandLine(words).toArray(String[]::new));
  }

  private Command.Result cleanup(String... words) {
    List<String> all = new ArrayList<>(List.of(launcher(), "cleanup"));
    all.addAll(List.of(words));
    return host.exec(all.toArray(String[]::new));
  }

  /** As root still, so that files can be read, but without a single capability. */
  private Command.Result unprivileged(String... words) {
    List<String> all =
        new ArrayList<>(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"));
    all.addAll(commandLine(words));
    return host.exec(all.toArray(String[]::new));
  }

  private List<String> commandLine(String... words) {
    List<String> all = new ArrayList<>(List.of(launcher()));
    all.addAll(List.of(words));
    all.addAll(
        List.of(
            "--manifests", folder.toString(), "--stateDirectory", folder.resolve("s").toString()));
    return all;
  }

  private static String launcher() {
    return Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString();
  }

  private static String list(NetNamespace where) {
    return where.exec("nft", "-s", "list", "ruleset").output();
  }

  /** A number that changes with every commit of anybody. */
  private String generation() {
    return host.exec("nft", "-d", "netlink", "list", "tables").said();
  }

  private static String service(String name, String clusterIp, String app, int nodePort) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          type: NodePort
          clusterIP: %s
          selector: {app: %s}
          ports: [{name: http, port: 80, targetPort: 8080, nodePort: %d}]
        """
        .formatted(name, clusterIp, app, nodePort);
  }

  private static String pod(String name, String app, int number) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: %s}}
        status: {podIP: 10.244.1.%d}
        """
        .formatted(name, app, number);
  }
}
