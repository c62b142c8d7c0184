// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.ApiServer.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A kubeconfig with one context. It is JSON, which is YAML too. */
final class Kubeconfig {

  private Kubeconfig() {}

  static void write(
      Path file, String url, @Nullable Tls tls, Credential credential, Map<String, String> tokens)
      throws IOException {
    ObjectNode config = Json.object().put("apiVersion", "v1").put("kind", "Config");
    ObjectNode cluster =
        config.putArray("clusters").addObject().put("name", "test").putObject("cluster");
    cluster.put("server", url);
    ObjectNode user = config.putArray("users").addObject().put("name", "test").putObject("user");
    if (tls != null) {
      cluster.put("certificate-authority-data", base64(tls.authority()));
    }
    if (credential == Credential.TOKEN) {
      if (tokens.isEmpty()) {
        throw new IllegalStateException("the server has no token to put into a kubeconfig");
      }
      user.put("token", new TreeMap<>(tokens).firstKey());
    } else if (credential == Credential.CERTIFICATE) {
      if (tls == null) {
        throw new IllegalStateException("there are no certificates without TLS");
      }
      user.put("client-certificate-data", base64(tls.clientCertificate()));
      user.put("client-key-data", base64(tls.clientKey()));
    }
    config
        .putArray("contexts")
        .addObject()
        .put("name", "test")
        .putObject("context")
        .put("cluster", "test")
        .put("user", "test");
    config.put("current-context", "test");
    Files.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
