// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the server is, and who we are, by certificates. */
class TlsTest {

  @TempDir private Path directory;

  private String ask(String url, String cluster, String user) throws Exception {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "%s" %s}}]
        users: [{name: test, user: {%s}}]
        """
            .formatted(url, cluster, user));
    try (ApiServer server = new ApiServer(new Access(kubeconfig, null));
        InputStream answer = server.get("/whoami", Duration.ofSeconds(10))) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String authority() throws IOException {
    return ", certificate-authority-data: " + base64("ca.crt");
  }

  private static String base64(String resource) throws IOException {
    return Base64.getEncoder()
        .encodeToString(TlsServer.resource(resource).getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({"rsa, rsa-pkcs1", "rsa, rsa-pkcs8", "ec, ec-sec1", "ec, ec-pkcs8"})
  void keysOfAllSortsProveWhoWeAre(String certificate, String key) throws Exception {
    try (TlsServer server = new TlsServer("server")) {
      String user =
          "client-certificate-data: %s, client-key-data: %s"
              .formatted(base64(certificate + ".crt"), base64(key + ".key"));
      assertThat(ask(server.url(), authority(), user)).isEqualTo("CN=" + certificate);
    }
  }

  @Test
  void theSameAsFilesBesideTheKubeconfig() throws Exception {
    for (String name : new String[] {"ca.crt", "ec.crt", "ec-sec1.key"}) {
      Files.writeString(directory.resolve(name), TlsServer.resource(name));
    }
    try (TlsServer server = new TlsServer("server")) {
      String user = "client-certificate: ec.crt, client-key: ec-sec1.key";
      assertThat(ask(server.url(), ", certificate-authority: ca.crt", user)).isEqualTo("CN=ec");
    }
  }

  @ParameterizedTest
  @CsvSource({"expired", "future"})
  void aCertificateThatIsNotValidNowMakesOneLookAtTheClock(String certificate) throws Exception {
    try (TlsServer server = new TlsServer(certificate)) {
      assertThatThrownBy(() -> ask(server.url(), authority(), ""))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining(server.url() + ": the server's certificate is not valid now")
          .hasMessageContaining("look at this node's clock");
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    try (TlsServer server = new TlsServer("server")) {
      String other = ", certificate-authority-data: " + base64("ec.crt");
      assertThatThrownBy(() -> ask(server.url(), other, ""))
          .hasMessageContaining("look at certificate-authority");
    }
  }

  @Test
  void withoutAnAuthorityOnlyThoseOfTheSystemAreTrusted() throws Exception {
    try (TlsServer server = new TlsServer("server")) {
      assertThatThrownBy(() -> ask(server.url(), "", ""))
          .hasMessageContaining("look at certificate-authority");
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    try (TlsServer server = new TlsServer("elsewhere")) {
      assertThatThrownBy(() -> ask(server.url(), authority(), ""))
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
    }
  }

  @Test
  void whoeverWantsItTrustsAnybody() throws Exception {
    try (TlsServer server = new TlsServer("elsewhere")) {
      assertThat(ask(server.url(), ", insecure-skip-tls-verify: true", "")).isEqualTo("nobody");
    }
  }
}
