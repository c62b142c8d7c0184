// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.NodeObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that come, go, move and contradict each other. */
class FolderLifeTest {

  private static String service(String name, int port) {
    return "apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {ports: [{port: %d}]}\n"
        .formatted(name, port);
  }

  private static int port(TestFolder folder, String name) {
    return folder.service(name).ports().get(0).port();
  }

  @Test
  void emptyFilesDocumentsAndFolderAreFine(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", "")
            .write("b.yaml", "---\n---\n# nothing\n---\n")
            .write("c.json", " \n")
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.services).isEmpty();
  }

  @Test
  void onlyManifestsDirectlyInTheFolderAreRead(@TempDir Path directory) throws IOException {
    Files.createDirectory(directory.resolve("deeper"));
    Files.createDirectory(directory.resolve("folder.yaml"));
    TestFolder folder =
        new TestFolder(directory)
            .write("deeper/a.yaml", service("a", 1))
            .write(".hidden.yaml", service("b", 1))
            .write("notes.txt", service("c", 1))
            .write("d.yaml~", service("d", 1))
            .write("e.yml", service("e", 1))
            .write(
                "f.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\":"
                    + " {\"name\": \"f\"}, \"spec\": {\"ports\": [{\"port\": 1}]}}")
            .load();
    assertThat(folder.services.keySet()).extracting(name -> name.name()).containsExactly("e", "f");
    folder.refresh(".hidden.yaml", "notes.txt", "folder.yaml", "deeper");
    assertThat(folder.services).hasSize(2);
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void listsAreUnfolded(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "list.yaml",
                """
                apiVersion: v1
                items:
                - apiVersion: v1
                  kind: Service
                  metadata: {name: a}
                  spec: {ports: [{port: 1}]}
                - apiVersion: v1
                  kind: List
                  items:
                  - {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 1}]}}
                kind: List
                """)
            .write(
                "typed.yaml",
                """
                items:
                - metadata: {name: c}
                  spec: {ports: [{port: 1}]}
                kind: ServiceList
                apiVersion: v1
                """)
            .write("empty.yaml", "apiVersion: v1\nkind: List\nitems: []\n")
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.services.keySet())
        .extracting(name -> name.name())
        .containsExactly("a", "b", "c");
  }

  @Test
  void namespacesKeepObjectsApart(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("web", 1))
            .write("b.yaml", service("web, namespace: other", 2))
            .write("c.yaml", service("db, namespace: \"\"", 3))
            .load();
    assertThat(folder.services.keySet())
        .extracting(Object::toString)
        .containsExactly("default/db", "default/web", "other/web");
  }

  @Test
  void removedFileTakesItsObjectsAlong(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("a", 1) + "---\n" + service("b", 1))
            .load();
    folder.write("a.yaml", service("b", 1)).refresh("a.yaml");
    assertThat(folder.has("a")).isFalse();
    folder.delete("a.yaml").refresh("a.yaml");
    assertThat(folder.services).isEmpty();
  }

  @Test
  void fileThatIsGoneAgainWhenItIsReadIsNoProblem(@TempDir Path directory) throws IOException {
    TestFolder folder = new TestFolder(directory).write("a.yaml", service("a", 1)).load();
    folder.delete("a.yaml").refresh("a.yaml", "never-there.yaml");
    Files.createSymbolicLink(directory.resolve("dangling.yaml"), Path.of("nowhere"));
    folder.rescan();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.services).isEmpty();
  }

  @Test
  void objectInTwoFilesIsTakenFromTheOlderThenFromTheFirst(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("web", 1))
            .write("b.yaml", service("web", 2))
            .load();
    assertThat(port(folder, "web")).isEqualTo(1);
    assertThat(folder.problems())
        .containsExactly(
            "b.yaml: Service default/web: is not used, for it is also in a.yaml; remove one of"
                + " them");
    folder
        .write("c.yaml", service("web, creationTimestamp: \"2020-01-01T00:00:00Z\"", 3))
        .refresh("c.yaml");
    assertThat(port(folder, "web")).isEqualTo(3);
    assertThat(folder.problems()).hasSize(2).allMatch(line -> line.contains("also in c.yaml"));
    folder.delete("c.yaml").refresh("c.yaml");
    assertThat(port(folder, "web")).isEqualTo(1);
    folder.delete("a.yaml").refresh("a.yaml");
    assertThat(port(folder, "web")).as("the shadowed one takes over").isEqualTo(2);
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void objectTwiceInOneFileIsTakenFromTheFirstPlace(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("web", 1) + "---\n" + service("web", 2))
            .load();
    assertThat(port(folder, "web")).isEqualTo(1);
    assertThat(folder.problems()).hasSize(1);
    folder.write("a.yaml", service("web", 2)).refresh("a.yaml");
    assertThat(port(folder, "web")).isEqualTo(2);
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void objectThatMovesToAnotherFileStays(@TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("a.yaml", service("web", 1)).load();
    folder.delete("a.yaml").write("b.yaml", service("web", 1)).refresh("b.yaml", "a.yaml");
    assertThat(folder.last().services()).isEmpty();
    assertThat(folder.has("web")).isTrue();
  }

  @Test
  void vanishedFolderLeavesEverythingInForce(@TempDir Path parent) throws IOException {
    Path directory = Files.createDirectory(parent.resolve("manifests"));
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("a", 1))
            .write("b.yaml", service("b", 1))
            .load();
    Files.move(directory, parent.resolve("away"));
    folder.refresh("a.yaml");
    assertThat(folder.services).hasSize(2);
    folder.rescan();
    assertThat(folder.services).hasSize(2);
    assertThat(folder.problems())
        .containsExactly(directory + ": is not there; what was last known stays in force");
    Files.move(parent.resolve("away"), directory);
    folder.delete("a.yaml").rescan();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.has("a")).isFalse();
    assertThat(folder.has("b")).isTrue();
  }

  @Test
  void folderThatIsNotThereAtTheStartIsNamed(@TempDir Path parent) {
    TestFolder folder = new TestFolder(parent.resolve("none")).load();
    assertThat(folder.problems()).hasSize(1).first().asString().contains("is not there");
    assertThat(folder.services).isEmpty();
  }

  @Test
  void mountedConfigMapChangesAllAtOnce(@TempDir Path directory) throws IOException {
    Path one = Files.createDirectory(directory.resolve("..2026_1"));
    Path two = Files.createDirectory(directory.resolve("..2026_2"));
    Path data = directory.resolve("..data");
    Files.writeString(one.resolve("a.yaml"), service("a", 1));
    Files.writeString(two.resolve("a.yaml"), service("a", 2));
    Files.createSymbolicLink(data, one.getFileName());
    Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
    TestFolder folder = new TestFolder(directory).load();
    assertThat(port(folder, "a")).isEqualTo(1);
    Files.delete(data);
    Files.createSymbolicLink(data, two.getFileName());
    folder.refresh("..data");
    assertThat(port(folder, "a")).isEqualTo(2);
  }

  @Test
  void repairedFileClearsItsProblem(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory).write("a.yaml", service("a", 0)).write("b.yaml", "{").load();
    assertThat(folder.problems()).hasSize(2);
    folder.write("a.yaml", service("a", 1)).delete("b.yaml").refresh("a.yaml", "b.yaml");
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void ownNodeIsFoundByItsName(@TempDir Path directory) {
    String node =
        """
        apiVersion: v1
        kind: Node
        metadata: {name: here, labels: {topology.kubernetes.io/zone: z1}}
        spec: {podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24, "fd00:1::/64"]}
        status:
          addresses:
          - {type: ExternalIP, address: 203.0.113.1}
          - {type: ExternalIP, address: "2001:db8::1"}
          - {type: Hostname, address: here}
          - {type: InternalIP, address: 192.0.2.1}
          - {type: InternalIP, address: 192.0.2.2}
        """;
    TestFolder folder =
        new TestFolder(directory)
            .write("node.yaml", node)
            .write("other.yaml", node.replace("name: here", "name: other"))
            .load();
    assertThat(folder.last().node())
        .isEqualTo(
            new NodeObject(
                "here",
                "z1",
                List.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1")),
                List.of(Cidr.parse("10.1.0.0/24"), Cidr.parse("fd00:1::/64")),
                false));
    folder.write("a.yaml", service("a", 1)).refresh("a.yaml");
    assertThat(folder.last().node()).as("told with every change").isNotNull();
    folder.delete("node.yaml").refresh("node.yaml");
    assertThat(folder.last().node()).isNull();
  }

  @Test
  void nodeNameCountsInLowerCase(@TempDir Path directory) {
    String node =
        "apiVersion: v1\nkind: Node\nmetadata: {name: box}\nspec: {podCIDR: 10.1.0.0/24}\n";
    TestFolder folder =
        new TestFolder(directory, ManifestSettings.defaults("Box")).write("n.yaml", node).load();
    assertThat(folder.last().node())
        .isEqualTo(
            new NodeObject("box", null, List.of(), List.of(Cidr.parse("10.1.0.0/24")), false));
  }
}
