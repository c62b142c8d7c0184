// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What test-vms/guest/kubernetes writes and applies. The cluster itself needs the Internet, so that
 * it comes up is seen by hand.
 */
class KubernetesFleetTest {

  private static final Path GUEST = Path.of("guest");
  private static final Path SCRIPT = GUEST.resolve("kubernetes");
  private static final Path PACKAGING = Path.of("../packaging/kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void kubectlBuildsEveryKustomization() throws IOException {
    assumeTrue(
        System.getenv("CI") != null || Programs.installed("kubectl"),
        "kubectl is not installed; it comes with the package kubernetes-client");
    for (String name : folders()) {
      Command.Result built =
          Command.run(List.of("kubectl", "kustomize", PACKAGING.resolve(name).toString()));
      assertThat(built.exit()).as(name + ": " + built.said()).isZero();
      List<JsonNode> objects = objects(built.output());
      assertThat(objects).as(name).hasSizeGreaterThan(2);
      objects.stream()
          .filter(object -> object.path("kind").asText().equals("DaemonSet"))
          .forEach(
              object -> {
                assertThat(object.at("/metadata/namespace").asText()).isEqualTo("kube-system");
                assertThat(object.findValuesAsText("image")).containsOnly("ferrule:0.1.0");
              });
    }
  }

  /** kubectl before 1.21, as in Debian 12, takes no folder as a resource: kustomize 2.0.3. */
  private static List<String> folders() throws IOException {
    JsonNode version =
        YAML.readTree(Command.run(List.of("kubectl", "version", "--client", "-o", "yaml")).output())
            .path("clientVersion");
    int minor = Integer.parseInt(version.path("minor").asText().replaceAll("\\D", ""));
    return minor < 21 ? List.of("rbac") : List.of("rbac", "base", "kubeadm", "systemd");
  }

  /** The rest of it is that of the standalone fleet: 10.244.N.0/24 is behind 10.88.0.(10+N). */
  @Test
  void podsOfANodeComeFromItsRange() throws IOException {
    JsonNode network = new ObjectMapper().readTree(written("CNI").replace("$index", "2"));

    JsonNode bridge = network.path("plugins").path(0);
    assertThat(network.path("plugins")).hasSize(1);
    assertThat(bridge.path("type").asText()).isEqualTo("bridge");
    assertThat(bridge.at("/ipam/ranges/0/0/subnet").asText()).isEqualTo("10.244.2.0/24");
    // Another node has to see the Pod's own address, and a Pod has to reach itself.
    assertThat(bridge.has("ipMasq")).isFalse();
    assertThat(bridge.path("hairpinMode").asBoolean()).isTrue();
  }

  @Test
  void exampleHasAPodOnEveryNodeBehindTheNodePortThatIsAsked() throws IOException {
    List<JsonNode> objects = objects(Files.readString(GUEST.resolve("kubernetes-example.yaml")));
    JsonNode pods = objects.get(0);
    JsonNode service = objects.get(1);

    assertThat(objects).hasSize(2);
    assertThat(pods.path("kind").asText()).isEqualTo("DaemonSet");
    assertThat(pods.at("/spec/template/spec/tolerations/0/operator").asText()).isEqualTo("Exists");
    assertThat(service.path("kind").asText()).isEqualTo("Service");
    assertThat(service.at("/spec/selector")).isEqualTo(pods.at("/spec/template/metadata/labels"));
    assertThat(service.at("/spec/selector")).isEqualTo(pods.at("/spec/selector/matchLabels"));
    assertThat(service.at("/spec/ports/0/targetPort"))
        .isEqualTo(pods.at("/spec/template/spec/containers/0/ports/0/name"));
    assertThat(script().lines())
        .contains("node_port=" + service.at("/spec/ports/0/nodePort").asText());
  }

  @Test
  void withoutARepositoryItSaysWhatIsMissingBeforeItTouchesAnything() throws IOException {
    Command.Result result = Command.run(List.of("env", "-i", "bash", SCRIPT.toString(), "1", "3"));

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output()).isEmpty();
    assertThat(result.errors().lines())
        .singleElement()
        .asString()
        .containsAnyOf("KUBERNETES_REPOSITORY", "has to run as root");
  }

  @Test
  void whichMachineItIsHasToBeSaid() {
    for (List<String> wrong :
        List.of(List.<String>of(), List.of("1"), List.of("4", "3"), List.of("node1", "3"))) {
      List<String> words = new ArrayList<>(List.of("bash", SCRIPT.toString()));
      words.addAll(wrong);
      Command.Result result = Command.run(words);

      assertThat(result.exit()).as(wrong.toString()).isEqualTo(1);
      assertThat(result.said()).contains("kubernetes INDEX NODES");
    }
  }

  /** What stands between the lines that begin and end a text in the script. */
  private static String written(String end) throws IOException {
    Matcher matcher =
        Pattern.compile("<<" + end + "\\b.*\n((?s).*?\n)" + end + "\n").matcher(script());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String script() throws IOException {
    return Files.readString(SCRIPT);
  }

  private static List<JsonNode> objects(String text) throws IOException {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
      return all.readAll();
    }
  }
}
