// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What packaging/kubernetes grants and promises. That kubectl builds it is seen in test-vms. */
class KubernetesPackagingTest {

  private static final Path FOLDER = Path.of("../packaging/kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  @ParameterizedTest
  @ValueSource(strings = {"rbac", "base", "kubeadm", "systemd"})
  void everythingNamedInAKustomizationIsThereAndNothingIsForgotten(String name) {
    Path folder = FOLDER.resolve(name);
    JsonNode kustomization = yaml(folder.resolve("kustomization.yaml"));
    Set<String> named = new TreeSet<>(texts(kustomization.path("resources")));
    kustomization.path("patches").forEach(patch -> named.add(patch.path("path").asText()));
    kustomization
        .path("configMapGenerator")
        .forEach(generator -> named.addAll(texts(generator.path("files"))));

    assertThat(named).isNotEmpty().allSatisfy(file -> assertThat(folder.resolve(file)).exists());
    // Patches of what is not ours are for kubectl patch, not for kustomize.
    assertThat(files(folder))
        .filteredOn(file -> !file.equals("kustomization.yaml") && !file.endsWith(".patch.yaml"))
        .allSatisfy(file -> assertThat(named).contains(file));
    assertThat(kustomization.path("namespace").asText()).isEqualTo("kube-system");
  }

  @Test
  void rightsAreThoseThatAreUsedAndNoOthers() {
    JsonNode role = yaml(FOLDER.resolve("rbac/cluster-role.yaml"));
    Set<String> rights = new TreeSet<>();
    for (JsonNode rule : role.path("rules")) {
      assertThat(rule.properties())
          .extracting(field -> field.getKey())
          .containsExactlyInAnyOrder("apiGroups", "resources", "verbs");
      for (String group : texts(rule.path("apiGroups"))) {
        for (String resource : texts(rule.path("resources"))) {
          texts(rule.path("verbs"))
              .forEach(verb -> rights.add(verb + " " + resource + "/" + group));
        }
      }
    }

    assertThat(rights)
        .containsExactlyInAnyOrder(
            "list services/",
            "watch services/",
            "list nodes/",
            "watch nodes/",
            "list endpointslices/discovery.k8s.io",
            "watch endpointslices/discovery.k8s.io",
            "list servicecidrs/networking.k8s.io",
            "watch servicecidrs/networking.k8s.io",
            "create events/events.k8s.io",
            "patch events/events.k8s.io");
  }

  @Test
  void rightsAreBoundToTheServiceAccountOfThePods() {
    JsonNode account = yaml(FOLDER.resolve("rbac/service-account.yaml"));
    JsonNode binding = yaml(FOLDER.resolve("rbac/cluster-role-binding.yaml"));

    assertThat(binding.at("/roleRef/name"))
        .isEqualTo(yaml(FOLDER.resolve("rbac/cluster-role.yaml")).at("/metadata/name"));
    assertThat(binding.path("subjects")).hasSize(1);
    assertThat(binding.at("/subjects/0/name")).isEqualTo(account.at("/metadata/name"));
    assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("kube-system");
    assertThat(pod().path("serviceAccountName")).isEqualTo(account.at("/metadata/name"));
  }

  @Test
  void agentMayChangeTheNetworkAndNothingElse() {
    JsonNode agent = pod().at("/containers/0");
    JsonNode security = agent.path("securityContext");

    assertThat(pod().path("containers")).hasSize(1);
    assertThat(texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(texts(security.at("/capabilities/add"))).containsExactly("NET_ADMIN");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.has("privileged")).isFalse();
    assertThat(pod().at("/securityContext/seccompProfile/type").asText())
        .isEqualTo("RuntimeDefault");
    assertThat(pod().path("hostNetwork").asBoolean()).isTrue();
    assertThat(pod().has("hostPID")).isFalse();
    assertThat(pod().has("hostIPC")).isFalse();
  }

  @Test
  void everyDirectoryThatIsWrittenToIsMounted() {
    JsonNode agent = pod().at("/containers/0");

    assertThat(agent.path("volumeMounts").findValuesAsText("mountPath"))
        .contains(configuration().stateDirectory().toString(), "/tmp", "/run/xtables.lock");
    assertThat(pod().path("volumes").findValuesAsText("name"))
        .containsAll(agent.path("volumeMounts").findValuesAsText("name"));
  }

  @Test
  void everyNodeHasOne() {
    assertThat(pod().path("priorityClassName").asText()).isEqualTo("system-node-critical");
    assertThat(pod().path("tolerations")).hasSize(1);
    assertThat(pod().at("/tolerations/0/operator").asText()).isEqualTo("Exists");
    assertThat(pod().at("/tolerations/0")).hasSize(1);
  }

  @Test
  void probesAskWhereTheAgentAnswers() {
    JsonNode agent = pod().at("/containers/0");
    var health = configuration().healthzBindAddress();
    assertThat(health).isNotNull();
    int port = health == null ? 0 : health.port();

    assertThat(agent.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    assertThat(agent.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
    assertThat(agent.at("/readinessProbe/httpGet/port").asInt()).isEqualTo(port);
    assertThat(agent.at("/livenessProbe/httpGet/port").asInt()).isEqualTo(port);
  }

  @Test
  void updateLeavesTheRulesInPlace() {
    JsonNode update = yaml(FOLDER.resolve("base/daemonset.yaml")).at("/spec/updateStrategy");

    assertThat(update.path("type").asText()).isEqualTo("RollingUpdate");
    assertThat(update.at("/rollingUpdate/maxUnavailable").asText()).isNotEmpty();
    assertThat(pod().at("/containers/0").has("lifecycle")).isFalse();
  }

  @Test
  void configurationIsUnderstoodWithoutAWarning() {
    List<String> warnings = new ArrayList<>();

    Configuration configuration = configuration(warnings);

    assertThat(warnings).isEmpty();
    assertThat(configuration.stateDirectory()).isEqualTo(Path.of("/var/lib/ferrule"));
    assertThat(yaml(FOLDER.resolve("base/kustomization.yaml")).at("/configMapGenerator/0/name"))
        .isEqualTo(pod().at("/volumes/0/configMap/name"));
  }

  @Test
  void kubeadmOverlayChangesWhatTheBaseHas() {
    JsonNode base = yaml(FOLDER.resolve("base/daemonset.yaml"));
    JsonNode overlay = yaml(FOLDER.resolve("kubeadm/daemonset.yaml"));
    JsonNode pod = overlay.at("/spec/template/spec");

    assertThat(overlay.path("kind")).isEqualTo(base.path("kind"));
    assertThat(overlay.at("/metadata/name")).isEqualTo(base.at("/metadata/name"));
    for (String containers : List.of("initContainers", "containers")) {
      assertThat(pod.path(containers).findValuesAsText("name"))
          .containsAll(names(pod().path(containers)));
      assertThat(names(pod.path(containers))).isEqualTo(names(pod().path(containers)));
    }
    assertThat(names(pod().path("volumes"))).containsAll(names(pod.path("volumes")));
    assertThat(pod.at("/containers/0").has("securityContext")).isFalse();
    // Where kubeadm's config.conf says that kubeconfig.conf is.
    String folder = "/var/lib/kube-proxy";
    assertThat(pod.at("/volumes/0/configMap/name").asText()).isEqualTo("kube-proxy");
    assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
        .contains(folder)
        .containsAll(List.of("/var/lib/ferrule", "/tmp", "/run/xtables.lock"));
    assertThat(texts(pod.at("/containers/0/args"))).contains("--config=" + folder + "/config.conf");
    JsonNode deleted = yaml(FOLDER.resolve("kubeadm/no-own-configuration.yaml"));
    assertThat(deleted.at("/metadata/name").asText()).isEqualTo("ferrule");
  }

  @Test
  void nodeRunsOneOfTheTwoByTheSameLabel() {
    JsonNode rule =
        yaml(FOLDER.resolve("kubeadm/daemonset.yaml")).findValue("matchExpressions").path(0);
    JsonNode selector =
        yaml(FOLDER.resolve("kubeadm/kube-proxy.patch.yaml"))
            .at("/spec/template/spec/nodeSelector");

    assertThat(rule.path("operator").asText()).isEqualTo("NotIn");
    assertThat(selector.path(rule.path("key").asText()).asText())
        .isEqualTo(rule.at("/values/0").asText());
  }

  @Test
  void imageIsThatOfThisVersion() throws IOException {
    JsonNode image = yaml(FOLDER.resolve("base/kustomization.yaml")).at("/images/0");
    String pom = Files.readString(Path.of("pom.xml"));

    assertThat(pom).contains("<version>" + image.path("newTag").asText() + "</version>");
    assertThat(pod().findValuesAsText("image")).containsOnly(image.path("name").asText());
  }

  private static JsonNode pod() {
    return yaml(FOLDER.resolve("base/daemonset.yaml")).at("/spec/template/spec");
  }

  private static Configuration configuration() {
    return configuration(new ArrayList<>());
  }

  private static Configuration configuration(List<String> warnings) {
    Command command = new Command();
    String file = FOLDER.resolve("base/config.conf").toString();
    new CommandLine(command).parseArgs("--config=" + file, "--hostname-override=node-a");
    return command.options.resolve(warnings::add);
  }

  private static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<String> names(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(one -> one.path("name").asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @CommandLine.Command
  private static final class Command {
    @CommandLine.Mixin private final ConfigurationOptions options = new ConfigurationOptions();
  }
}
