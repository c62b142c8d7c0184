// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way through an HTTP proxy. */
class ProxyTest {

  @TempDir private Path directory;

  private FollowedCluster follow(TestCluster cluster, String proxy) throws Exception {
    cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
    String text = cluster.kubeconfigText();
    Files.writeString(
        cluster.kubeconfig(),
        text.replace("\"server\" : ", "\"proxy-url\" : \"" + proxy + "\", \"server\" : "));
    return cluster.follow();
  }

  @Test
  void allGoesThroughTheProxyOfTheKubeconfig() throws Exception {
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls());
        ConnectProxy proxy = new ConnectProxy("")) {
      follow(cluster, "http://" + proxy.address()).awaitPicture();
      String server = URI.create(cluster.server.url()).getAuthority();
      assertThat(proxy.heads())
          .isNotEmpty()
          .allMatch(head -> head.startsWith("CONNECT " + server + " "));
    }
  }

  @Test
  void aProxyMayWantAPassword() throws Exception {
    String password =
        Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.US_ASCII));
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls());
        ConnectProxy proxy = new ConnectProxy(password)) {
      follow(cluster, "http://me:secret@" + proxy.address()).awaitPicture();
    }
  }

  @Test
  void aProxyThatIsNotThereIsSaid() throws Exception {
    String nobody;
    try (ConnectProxy proxy = new ConnectProxy("")) {
      nobody = proxy.address();
    }
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options().withTls())) {
      follow(cluster, "http://" + nobody)
          .awaitLine("services: " + cluster.server.url() + ": no connection");
    }
  }
}
