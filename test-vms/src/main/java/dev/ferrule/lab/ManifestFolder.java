// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folder that the agent follows, one object a file. Plays the part of the API server's storage:
 * an object is there whole or not at all, because its file is renamed into place.
 */
public record ManifestFolder(Path path) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();

  /** Creates or replaces an object. */
  public void put(JsonNode object) {
    Path file = file(object.path("kind").asText(), object.path("metadata"));
    Path half = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      YAML.writeValue(half.toFile(), object);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LabException("could not write " + file, e);
    }
  }

  /** Removes an object; {@code metadata} needs its name and namespace only. */
  public void delete(String kind, JsonNode metadata) {
    Path file = file(kind, metadata);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LabException("could not delete " + file, e);
    }
  }

  private Path file(String kind, JsonNode metadata) {
    String name =
        String.join(
            ".",
            kind,
            metadata.path("namespace").asText("default"),
            metadata.path("name").asText());
    return path.resolve(name.toLowerCase(Locale.ROOT).replace('/', '_') + ".yaml");
  }

  /** Every object of one file of manifests. */
  public static List<JsonNode> read(Path file) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      List<JsonNode> objects = new ArrayList<>();
      while (documents.hasNext()) {
        JsonNode object = documents.next();
        if (object.isObject()) {
          objects.add(object);
        }
      }
      return objects;
    } catch (IOException e) {
      throw new LabException("could not read " + file, e);
    }
  }

  /** Every object of every manifest in a folder, in the order of the files' names. */
  public static List<JsonNode> readAll(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".yaml"))
          .sorted()
          .flatMap(f -> read(f).stream())
          .toList();
    } catch (IOException e) {
      throw new LabException("could not list " + folder, e);
    }
  }
}
