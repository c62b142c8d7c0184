// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.objects.Kind;
import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.ManifestWriter;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.ReadingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** What is written of objects is read again, and of what is damaged nothing is used. */
class SavedStateTest {

  private static final String SERVER = "https://api:6443";
  private static final ObjectReader READER =
      new ObjectReader(new ReadingSettings(PortRange.ALL, false, true));

  private Path directory = Path.of("");

  @BeforeProperty
  void open() throws IOException {
    directory = Files.createTempDirectory("ferrule-state");
  }

  @AfterProperty
  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Provide
  Arbitrary<ObjectNode> objects() {
    return RandomObjects.any();
  }

  @Provide
  Arbitrary<List<ObjectNode>> catalogs() {
    return RandomObjects.any().list().ofMaxSize(8);
  }

  private static Manifest manifest(ObjectNode object) {
    ObjectReader.Result read = READER.read("", object, 0);
    return Objects.requireNonNull(read.manifest(), () -> object + ": " + read.problems());
  }

  @Property(tries = 1000)
  void whatIsWrittenOfAnObjectIsReadAgain(@ForAll("objects") ObjectNode object) {
    Manifest manifest = manifest(object);
    ObjectNode written = ManifestWriter.write(manifest);
    if (written == null) {
      assertThat(manifest.kind()).isEqualTo(Kind.ENDPOINT_SLICE); // of no Service
    } else {
      assertThat(manifest(written)).isEqualTo(manifest);
    }
  }

  private SavedState state() {
    return new SavedState(directory.resolve("deep/er"), SERVER, "here");
  }

  private static SavedState.Content content(List<ObjectNode> objects) {
    Map<Resource, List<ClusterCatalog.Kept>> kept = new EnumMap<>(Resource.class);
    Map<Resource, String> versions = new EnumMap<>(Resource.class);
    for (Resource resource : Resource.values()) {
      kept.put(resource, new ArrayList<>());
      versions.put(resource, Integer.toString(100 + versions.size()));
    }
    long version = 201;
    for (ObjectNode object : objects) {
      Manifest manifest = manifest(object);
      for (Resource resource : Resource.values()) {
        if (resource.kind() == manifest.kind() && ManifestWriter.write(manifest) != null) {
          kept.getOrDefault(resource, new ArrayList<>())
              .add(new ClusterCatalog.Kept(version++, manifest));
        }
      }
    }
    return new SavedState.Content(versions, kept);
  }

  @Property(tries = 100)
  void whatIsWrittenToTheFileIsReadAgain(@ForAll("catalogs") List<ObjectNode> objects)
      throws Exception {
    SavedState.Content content = content(objects);
    state().write(content);
    assertThat(state().read(READER)).isEqualTo(content);
  }

  private byte[] written() throws IOException {
    state().write(content(List.of(RandomObjects.any().sample())));
    return Files.readAllBytes(state().file());
  }

  private void assertUnusable(byte[] bytes, String message) throws IOException {
    Files.write(state().file(), bytes);
    assertThatThrownBy(() -> state().read(READER))
        .isInstanceOf(SavedState.UnusableException.class)
        .hasMessageMatching(message);
  }

  @Example
  void aFileThatIsDamagedAtAnyByteIsNotUsed() throws IOException {
    byte[] bytes = written();
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x20;
      assertUnusable(damaged, "is damaged: .*|is not a state that this version can read");
    }
  }

  @Example
  void aFileThatIsCutAtAnyLengthIsNotUsed() throws IOException {
    byte[] bytes = written();
    for (int length = 0; length < bytes.length; length++) {
      assertUnusable(
          Arrays.copyOf(bytes, length), "is damaged: .*|is not a state that this version can read");
    }
  }

  @Example
  void aFileOfALaterVersionIsNotUsed() throws IOException {
    byte[] bytes = written();
    bytes["ferrule-state ".length()] = '2';
    assertUnusable(bytes, "is not a state that this version can read");
  }

  @Example
  void aFileOfAnotherClusterOrNodeIsNamed() throws IOException {
    written();
    Path folder = Objects.requireNonNull(state().file().getParent());
    assertThatThrownBy(() -> new SavedState(folder, "https://b", "here").read(READER))
        .hasMessage("is of node here and https://api:6443, and this is here and https://b");
    assertThatThrownBy(() -> new SavedState(folder, SERVER, "there").read(READER))
        .hasMessageStartingWith("is of node here and");
  }

  @Example
  void withoutAFileThereIsNoState() throws Exception {
    assertThat(state().read(READER)).isNull();
  }

  @Example
  void aFileThatCannotBeReadIsNamed() throws IOException {
    Files.createDirectories(state().file());
    assertThatThrownBy(() -> state().read(READER)).hasMessageStartingWith("cannot be read: ");
  }

  @Example
  void aWriteThatWasKilledLeavesTheOldState() throws Exception {
    SavedState.Content content = content(List.of(RandomObjects.any().sample()));
    state().write(content);
    Files.write(state().file().resolveSibling("cluster.state.new"), new byte[] {1, 2, 3});
    assertThat(state().read(READER)).isEqualTo(content);
    state().write(content);
    assertThat(state().file().resolveSibling("cluster.state.new")).doesNotExist();
  }
}
