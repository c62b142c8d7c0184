// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.testapi.ApiServer.Credential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, tokens, certificates and the kubeconfig that tells of them. */
class AuthenticationTest {

  private static final char[] NO_PASSWORD = new char[0];

  @TempDir Path folder;

  private JsonNode kubeconfig(ApiServer server, Credential credential) throws IOException {
    Path file = folder.resolve("kubeconfig");
    server.kubeconfig(file, credential);
    return Json.tree(Files.readAllBytes(file));
  }

  private static byte[] data(JsonNode config, String pointer) {
    return Base64.getDecoder().decode(config.at(pointer).asText());
  }

  private static Certificate certificate(byte[] pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem));
  }

  private static PrivateKey key(byte[] pem) throws Exception {
    String text = new String(pem, StandardCharsets.US_ASCII).replaceAll("-----.*?-----|\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
  }

  /** As a client that reads this kubeconfig. */
  private static HttpClient http(JsonNode config) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, NO_PASSWORD);
    trusted.setCertificateEntry(
        "ca", certificate(data(config, "/clusters/0/cluster/certificate-authority-data")));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, NO_PASSWORD);
    if (config.at("/users/0/user").has("client-key-data")) {
      own.setKeyEntry(
          "client",
          key(data(config, "/users/0/user/client-key-data")),
          NO_PASSWORD,
          new Certificate[] {certificate(data(config, "/users/0/user/client-certificate-data"))});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void aClientCertificateSaysWhoAsks() throws Exception {
    try (ApiServer server = ApiServer.start(Options.defaults().withTls())) {
      server.faults().add(Fault.of(Resource.NODES, "list", new Fault.Refuse(403, 0)));
      Client known = new Client(http(kubeconfig(server, Credential.CERTIFICATE)), server);
      assertThat(known.get("/api/v1/services").code()).isEqualTo(200);
      assertThat(known.get("/api/v1/nodes").message())
          .contains("User \"ferrule-test-client\" cannot list");
      Client unknown = new Client(http(kubeconfig(server, Credential.NONE)), server);
      assertThat(unknown.get("/api/v1/services").code()).isEqualTo(401);
      assertThat(unknown.get("/api/v1/services").message()).isEqualTo("Unauthorized");
    }
  }

  @Test
  void watchesAndOutagesWorkOverTls() throws Exception {
    try (ApiServer server = ApiServer.start(Options.defaults().withTls())) {
      Client client = new Client(http(kubeconfig(server, Credential.CERTIFICATE)), server);
      String path = "/api/v1/services?watch=true&resourceVersion=";
      try (Client.Watch watch = client.watch(path + server.resourceVersion())) {
        server.create(Client.service("a", ""));
        assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
        server.stop();
        assertThat(watch.endsCleanly()).isFalse();
      }
      server.restart();
      try (Client.Watch watch = client.watch(path + "0")) {
        assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
      }
    }
  }

  @Test
  void acceptedTokensCanChange() throws Exception {
    Options options = Options.defaults().withTokens(Map.of("one", "system:node:n1"));
    try (ApiServer server = ApiServer.start(options)) {
      assertThat(kubeconfig(server, Credential.TOKEN).at("/users/0/user/token").asText())
          .isEqualTo("one");
      Client client = new Client(server);
      String path = "/api/v1/services";
      assertThat(client.get(path).code()).isEqualTo(401);
      assertThat(client.get(path, "Authorization", "Bearer one").code()).isEqualTo(200);
      server.tokens(Map.of("two", "system:node:n1"));
      assertThat(client.get(path, "Authorization", "Bearer one").code()).isEqualTo(401);
      assertThat(client.get(path, "Authorization", "Bearer two").code()).isEqualTo(200);
      server.faults().add(Fault.everywhere(new Fault.Refuse(403, 0)));
      assertThat(client.get(path, "Authorization", "Bearer two").message())
          .contains("User \"system:node:n1\" cannot list");
    }
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws Exception {
    Options options = Options.defaults().withTls();
    try (ApiServer server = ApiServer.start(options);
        ApiServer other = ApiServer.start(options)) {
      Client client = new Client(http(kubeconfig(other, Credential.NONE)), server);
      assertThatThrownBy(() -> client.get("/version")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCertificateIsForTheNamesWantedOnly() throws Exception {
    Options options =
        Options.defaults().withTls().withNames(List.of("api.example.org", "192.0.2.7"));
    try (ApiServer server = ApiServer.start(options)) {
      server.certificates(folder);
      Certificate authority = certificate(Files.readAllBytes(folder.resolve("ca.crt")));
      Certificate client = certificate(Files.readAllBytes(folder.resolve("client.crt")));
      client.verify(authority.getPublicKey());
      assertThat(server.certificateAuthority().orElseThrow())
          .isEqualTo(Files.readString(folder.resolve("ca.crt")));
      HttpClient http = http(kubeconfig(server, Credential.CERTIFICATE));
      X509Certificate own =
          (X509Certificate)
              new Client(http, server)
                  .get("/version")
                  .raw()
                  .sslSession()
                  .orElseThrow()
                  .getPeerCertificates()[0];
      assertThat(own.getSubjectAlternativeNames().toString())
          .contains("api.example.org", "192.0.2.7", "127.0.0.1", "localhost")
          .doesNotContain("192.0.2.8");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void itListensWhereItIsTold(String address) throws Exception {
    Options options = Options.defaults().listening(address, 0).withTls();
    try (ApiServer server = ApiServer.start(options)) {
      Client client = new Client(http(kubeconfig(server, Credential.CERTIFICATE)), server);
      assertThat(client.get("/version").code()).isEqualTo(200);
    }
  }
}
