// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl, from 1.20 on, over TLS with a client certificate. */
class KubectlTest {

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports:
        - {name: http, port: 80, targetPort: 8080}
        - {name: dns, port: 53, protocol: UDP}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop}
      spec:
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop}}
          spec: {containers: [{name: shop, image: shop, ports: [{containerPort: 8080}]}]}
      """;

  private static final String SLICE =
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{name: http, protocol: TCP, port: 8080}]
      endpoints: [{addresses: [10.1.0.1]}]
      """;

  @TempDir Path folder;

  private ApiServer server;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        System.getenv("CI") != null || installed(),
        "kubectl is not installed; it comes with the package kubernetes-client");
    server = ApiServer.start(Options.defaults().withTls());
    server.kubeconfig(folder.resolve("kubeconfig"));
    Files.writeString(folder.resolve("web.yaml"), MANIFEST);
    Files.writeString(folder.resolve("slice.yaml"), SLICE);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static boolean installed() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl")));
  }

  private String kubectl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
    // It caches there what servers can do.
    builder.environment().put("HOME", folder.toString());
    Path output = folder.resolve("output");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(command + "\n" + text).isZero();
    return text;
  }

  private String apply(String file) throws IOException, InterruptedException {
    return kubectl("apply", "--validate=false", "-f", file);
  }

  @Test
  void discoversWhatTheServerCanDo() throws Exception {
    assertThat(kubectl("version")).contains(Discovery.VERSION);
    assertThat(kubectl("api-resources", "-o", "name").lines())
        .contains("services", "nodes", "endpointslices.discovery.k8s.io", "deployments.apps");
    assertThat(kubectl("get", "--raw", "/readyz")).isEqualTo("ok");
  }

  @Test
  void appliesWhatIsNewUnchangedAndChanged() throws Exception {
    assertThat(apply("web.yaml")).isEqualTo("service/web created\ndeployment.apps/shop created\n");
    long version = server.resourceVersion();
    assertThat(apply("web.yaml"))
        .isEqualTo("service/web unchanged\ndeployment.apps/shop unchanged\n");
    assertThat(server.resourceVersion()).isEqualTo(version);
    Files.writeString(
        folder.resolve("web.yaml"),
        MANIFEST.replace("8080}\n", "9090}\n").replace("port: 53,", "port: 5353,"));
    assertThat(apply("web.yaml")).startsWith("service/web configured\n");
    JsonNode ports =
        server.get(Resource.SERVICES, "default", "web").orElseThrow().at("/spec/ports");
    assertThat(ports.findValuesAsText("port")).containsExactlyInAnyOrder("80", "5353");
    assertThat(ports.findValuesAsText("targetPort")).contains("9090");
  }

  @Test
  void getsTablesAndFields() throws Exception {
    apply("web.yaml");
    apply("slice.yaml");
    assertThat(kubectl("get", "services"))
        .containsPattern("NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\\(S\\) +AGE")
        .containsPattern("web +ClusterIP +10\\.96\\.1\\.0 +<none> +80/TCP,53/UDP +\\d+s");
    assertThat(kubectl("get", "-A", "svc", "-o", "wide")).contains("SELECTOR", "app=web");
    assertThat(kubectl("get", "endpointslices"))
        .containsPattern("web-1 +IPv4 +8080 +10\\.1\\.0\\.1");
    assertThat(kubectl("get", "svc", "web", "-o", "jsonpath={.spec.ports[0].targetPort}"))
        .isEqualTo("8080");
    assertThat(kubectl("get", "svc", "-o", "name")).isEqualTo("service/web\n");
  }

  @Test
  void labelsAndSelects() throws Exception {
    apply("web.yaml");
    assertThat(kubectl("label", "service", "web", "tier=front")).contains("service/web labeled");
    assertThat(kubectl("get", "svc", "-l", "tier in (front),!other", "-o", "name"))
        .isEqualTo("service/web\n");
    kubectl("label", "service", "web", "tier-");
    assertThat(kubectl("get", "svc", "-l", "tier", "-o", "name")).isEmpty();
  }

  @Test
  void exposesADeployment() throws Exception {
    apply("web.yaml");
    kubectl("expose", "deployment", "shop", "--port=80", "--type=NodePort");
    JsonNode spec = server.get(Resource.SERVICES, "default", "shop").orElseThrow().path("spec");
    assertThat(spec.at("/selector/app").asText()).isEqualTo("shop");
    assertThat(spec.at("/ports/0/port").asInt()).isEqualTo(80);
    assertThat(spec.at("/ports/0/nodePort").asInt()).isEqualTo(30086);
  }

  @Test
  void deletesAndWaits() throws Exception {
    apply("web.yaml");
    apply("slice.yaml");
    assertThat(kubectl("delete", "service", "web")).contains("service \"web\" deleted");
    kubectl("delete", "-f", "slice.yaml");
    assertThat(server.list(Resource.SERVICES)).isEmpty();
    assertThat(server.list(Resource.ENDPOINTSLICES)).isEmpty();
  }

  @Test
  void patchesAndReplaces() throws Exception {
    apply("web.yaml");
    kubectl("patch", "svc", "web", "-p", "{\"spec\":{\"type\":\"LoadBalancer\"}}");
    Files.writeString(folder.resolve("all.json"), kubectl("get", "svc", "web", "-o", "json"));
    assertThat(kubectl("replace", "--validate=false", "-f", "all.json")).contains("replaced");
    assertThat(kubectl("get", "svc", "web")).contains("LoadBalancer", "<pending>");
  }
}
