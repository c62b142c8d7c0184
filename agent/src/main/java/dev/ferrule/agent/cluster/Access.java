// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the credentials for the API server are.
 *
 * @param kubeconfig null for those of a Pod
 * @param server URL of the API server, before what the kubeconfig says; null for that
 */
public record Access(@Nullable Path kubeconfig, @Nullable String server) {

  static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  static final String HOST = "KUBERNETES_SERVICE_HOST";
  static final String PORT = "KUBERNETES_SERVICE_PORT";

  /** Whether this process runs in a Pod that has credentials. */
  public static boolean inPod() {
    return System.getenv(HOST) != null && Files.exists(POD.resolve("token"));
  }

  /** The server that a Pod is told. */
  static @Nullable String serverOfPod(Map<String, String> environment) {
    String host = environment.get(HOST);
    if (host == null) {
      return null;
    }
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return "https://" + literal + ":" + environment.getOrDefault(PORT, "443");
  }

  /** The credentials as a message names them. */
  String text() {
    return kubeconfig == null ? "the service account in " + POD : kubeconfig.toString();
  }
}
