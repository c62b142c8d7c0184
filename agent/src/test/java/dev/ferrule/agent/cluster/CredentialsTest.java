// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials of all sorts, and what is said of those that are no use. */
class CredentialsTest {

  @TempDir private Path directory;

  private TestCluster withToken() throws IOException {
    TestCluster cluster =
        TestCluster.empty(directory, TestCluster.options().withTokens(Map.of("first", "one")));
    cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
    return cluster;
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aKubeconfigThatIsNotThereIsNamedAndFoundLater() throws Exception {
    try (TestCluster cluster = withToken()) {
      String text = cluster.kubeconfigText();
      Files.delete(cluster.kubeconfig());
      FollowedCluster followed = cluster.follow();
      followed.awaitLine("services: " + cluster.kubeconfig() + " is not there");
      replace(cluster.kubeconfig(), text);
      followed.awaitPicture();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "current-context\" : \"test|current-context\" : \"other|has no context \"other\"",
        "\"server\"|\"sorver\"|names no server",
        "\"contexts\"|}{ \"contexts\"|is not a kubeconfig",
        "\"server\" : \"http|\"tls-server-name\" : \"x\", \"server\" : \"http|has tls-server-name",
        "\"server\" : \"http|\"proxy-url\" : \"socks5://x:1\", \"server\" : \"http|has a SOCKS proxy-url",
        "\"token\"|\"client-certificate\" : \"/nowhere/x.crt\", \"client-key\" : \"/nowhere/x.key\","
            + " \"token\"|/nowhere/x.crt",
      })
  void aKubeconfigThatIsNoUseSaysWhy(String from, String to, String message) throws Exception {
    try (TestCluster cluster = withToken()) {
      String text = cluster.kubeconfigText();
      assertThat(text).contains(from);
      replace(cluster.kubeconfig(), text.replace(from, to));
      FollowedCluster followed = cluster.follow();
      followed.awaitLine("services: " + cluster.kubeconfig(), message);
      assertThat(followed.loaded()).isFalse();
    }
  }

  @Test
  void aTokenThatIsNotKnownAnyMoreIsReplacedInTheFile() throws Exception {
    try (TestCluster cluster = withToken().service("web", 80)) {
      FollowedCluster followed = cluster.follow().awaitPicture();
      cluster.server.tokens(Map.of("second", "one"));
      cluster.server.stop();
      cluster.server.restart();
      followed.awaitLine(
          "services: Unauthorized; the server refuses these credentials: look at "
              + cluster.kubeconfig());
      replace(cluster.kubeconfig(), cluster.kubeconfigText().replace("first", "second"));
      cluster.port("web", 81);
      followed.await(now -> now.port(TestCluster.name("web")) == 81);
      followed.awaitLine("services: following again");
    }
  }

  @Test
  void aTokenFileIsReadAgainForEachRequest() throws Exception {
    try (TestCluster cluster = withToken().service("web", 80)) {
      Path token = directory.resolve("token");
      Files.writeString(token, "first\n");
      replace(
          cluster.kubeconfig(),
          cluster.kubeconfigText().replace("\"token\" : \"first\"", "\"tokenFile\" : \"token\""));
      FollowedCluster followed = cluster.follow().awaitPicture();
      cluster.server.tokens(Map.of("second", "one"));
      replace(token, "second\n");
      cluster.server.stop();
      cluster.server.restart();
      cluster.port("web", 81);
      followed.await(now -> now.port(TestCluster.name("web")) == 81);
      assertThat(followed.lines()).noneMatch(line -> line.contains("Unauthorized"));
    }
  }

  @Test
  void anExecPluginIsAskedAgainWhenItsTokenIsRefused() throws Exception {
    try (TestCluster cluster = withToken().service("web", 80)) {
      Path plugin = plugin();
      Files.writeString(directory.resolve("token"), "first");
      withPlugin(cluster, plugin);
      FollowedCluster followed = cluster.follow().awaitPicture();
      long before = calls();
      assertThat(before).isPositive();
      Files.writeString(directory.resolve("token"), "second");
      cluster.server.tokens(Map.of("second", "one"));
      cluster.server.stop();
      cluster.server.restart();
      cluster.port("web", 81);
      followed.await(now -> now.port(TestCluster.name("web")) == 81);
      assertThat(calls()).isGreaterThan(before);
    }
  }

  @Test
  void anExecPluginThatFailsIsNamed() throws Exception {
    try (TestCluster cluster = withToken()) {
      withPlugin(cluster, Path.of("/nowhere/plugin"));
      cluster.follow().awaitLine("services: " + cluster.kubeconfig(), "/nowhere/plugin");
    }
  }

  private Path plugin() throws IOException {
    Path plugin = directory.resolve("plugin");
    Files.writeString(
        plugin,
        """
        #!/bin/sh
        echo called >> %s/calls
        printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
        printf '"status":{"token":"%%s"}}' "$(cat %s/token)"
        """
            .formatted(directory, directory));
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    return plugin;
  }

  private static void withPlugin(TestCluster cluster, Path plugin) throws IOException {
    String exec =
        "\"exec\" : {\"apiVersion\": \"client.authentication.k8s.io/v1\", \"command\": \""
            + plugin
            + "\", \"interactiveMode\": \"Never\"}";
    replace(cluster.kubeconfig(), cluster.kubeconfigText().replace("\"token\" : \"first\"", exec));
  }

  private long calls() throws IOException {
    try (var lines = Files.lines(directory.resolve("calls"))) {
      return lines.count();
    }
  }

  @Test
  void theWrongAuthorityIsNamed() throws Exception {
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls());
        TestCluster other =
            TestCluster.empty(
                Files.createDirectory(directory.resolve("other")), Options.defaults().withTls())) {
      replace(
          cluster.kubeconfig(),
          cluster.kubeconfigText().replace(authority(cluster), authority(other)));
      cluster
          .follow()
          .awaitLine(
              "services: " + cluster.server.url(),
              "not signed by the authority in the credentials; look at certificate-authority");
    }
  }

  private static String authority(TestCluster cluster) {
    return Base64.getEncoder()
        .encodeToString(
            cluster
                .server
                .certificateAuthority()
                .orElseThrow()
                .getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void anAuthorityThatIsReplacedInTheFileIsTrusted() throws Exception {
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls())) {
      cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      String text = cluster.kubeconfigText();
      replace(cluster.kubeconfig(), text.replace("\"certificate-authority-data\"", "\"x\""));
      FollowedCluster followed = cluster.follow().awaitLine("services: ", "certificate-authority");
      replace(cluster.kubeconfig(), text);
      followed.awaitPicture();
    }
  }

  @Test
  void aClientCertificateProvesWhoAsks() throws Exception {
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls())) {
      cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      assertThat(cluster.kubeconfigText()).contains("client-key-data");
      cluster.follow().awaitPicture();
    }
  }

  @Test
  void aServerThatIsNamedReplacesThatOfTheKubeconfig() throws Exception {
    try (TestCluster cluster = withToken()) {
      String url = cluster.server.url();
      replace(cluster.kubeconfig(), cluster.kubeconfigText().replace(url, "http://192.0.2.1:1"));
      Credentials credentials = Credentials.read(new Access(cluster.kubeconfig(), url + "/"));
      assertThat(credentials.url()).isEqualTo(url);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.1, 443, https://10.96.0.1:443",
    "fd00::1, 6443, https://[fd00::1]:6443",
    "[fd00::1], 6443, https://[fd00::1]:6443",
    "kubernetes.default.svc, 443, https://kubernetes.default.svc:443"
  })
  void aPodIsToldWhereTheServerIs(String host, String port, String url) {
    assertThat(Access.serverOfPod(Map.of(Access.HOST, host, Access.PORT, port))).isEqualTo(url);
  }

  @Test
  void aPodThatIsToldNothingHasNoServer() {
    assertThat(Access.serverOfPod(Map.of())).isNull();
    assertThat(Access.serverOfPod(Map.of(Access.HOST, "10.96.0.1")))
        .isEqualTo("https://10.96.0.1:443");
    assertThat(List.of(new Access(null, null).text()))
        .containsExactly("the service account in /var/run/secrets/kubernetes.io/serviceaccount");
  }
}
