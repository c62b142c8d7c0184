// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests that people are likely to try first work as they are. */
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("../examples");

  private static TestFolder load(Path directory, String example) throws IOException {
    Files.copy(EXAMPLES.resolve(example), directory.resolve(example));
    TestFolder folder = new TestFolder(directory).load();
    assertThat(folder.problems()).isEmpty();
    return folder;
  }

  @Test
  void endpointsOutsideTheClusterAreUsed(@TempDir Path directory) throws IOException {
    TestFolder folder = load(directory, "external-endpoints.yaml");
    assertThat(folder.ips("external-service")).hasSize(1).first().asString().startsWith("10.");
    assertThat(folder.endpoints("external-service"))
        .containsExactly("=11.11.11.11:80", "=22.22.22.22:80");
  }

  @Test
  void loadBalancerGetsNodePortButNoAddressWithoutPool(@TempDir Path directory) throws IOException {
    TestFolder folder = load(directory, "load-balancer.yaml");
    assertThat(folder.service("my-service").ports().get(0).nodePort()).isBetween(30_000, 32_767);
    assertThat(folder.service("my-service").loadBalancerAddresses()).isEmpty();
  }

  @Test
  void namedPortsAreResolvedFromThePod(@TempDir Path directory) throws IOException {
    TestFolder folder = load(directory, "named-ports.yaml");
    assertThat(folder.endpoints("kimho")).isEmpty();
    String pod = Files.readString(directory.resolve("named-ports.yaml"));
    folder.write("named-ports.yaml", pod + "status:\n  podIP: 10.1.0.7\n");
    folder.refresh("named-ports.yaml");
    assertThat(folder.endpoints("kimho"))
        .as("kimhotarget is no port of the Pod; the other two work")
        .containsExactly("http=10.1.0.7:8080", "https=10.1.0.7:8443");
  }

  @Test
  void writtenNodePortIsKept(@TempDir Path directory) throws IOException {
    TestFolder folder = load(directory, "node-port.yaml");
    assertThat(folder.service("myapp-service").ports().get(0).nodePort()).isEqualTo(30_008);
  }

  @Test
  void affinityLastsThreeHoursByDefault(@TempDir Path directory) throws IOException {
    assertThat(load(directory, "session-affinity.yaml").service("http-go-svc").affinitySeconds())
        .isEqualTo(10_800);
    assertThat(
            load(directory, "session-affinity-unnamed-port.yaml")
                .service("mynapp-svc")
                .affinitySeconds())
        .isEqualTo(10_800);
  }
}
