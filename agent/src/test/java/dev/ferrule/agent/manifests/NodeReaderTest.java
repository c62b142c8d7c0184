// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.NodeObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What else is read from Node objects; FolderLifeTest has the rest. */
class NodeReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: here | {} | false",
        "name: here | {taints: [{key: example.com/ToBeDeleted, effect: NoSchedule}]} | false",
        "name: here | {taints: [{key: a}, {key: ToBeDeletedByClusterAutoscaler}]} | true",
        "name: here, deletionTimestamp: '2026-01-31T12:00:00Z' | {} | true"
      })
  void aNodeIsLeavingWhenItIsTaintedForThatOrDeleted(
      String metadata, String spec, boolean leaving, @TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("node.yaml", node(metadata, spec)).load();
    assertThat(folder.last().node()).extracting(NodeObject::leaving).isEqualTo(leaving);
  }

  @Test
  void whetherItIsLeavingIsFollowed(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory).write("node.yaml", node("name: here", "{}")).load();
    folder
        .write("node.yaml", node("name: here", "{taints: [{key: ToBeDeletedByClusterAutoscaler}]}"))
        .refresh("node.yaml");
    assertThat(folder.last().node()).extracting(NodeObject::leaving).isEqualTo(true);
    folder.write("node.yaml", node("name: here", "{taints: []}")).refresh("node.yaml");
    assertThat(folder.last().node()).extracting(NodeObject::leaving).isEqualTo(false);
  }

  private static String node(String metadata, String spec) {
    return "apiVersion: v1\nkind: Node\nmetadata: {%s}\nspec: %s\n".formatted(metadata, spec);
  }
}
