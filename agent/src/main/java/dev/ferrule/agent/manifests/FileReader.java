// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.ObjectKey;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.Problem;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads the objects of one file. */
final class FileReader {

  private static final int MAX_DEPTH = 100;

  private final int maxBytes;
  private final ObjectReader objects;
  private final JsonFactory json;
  private final JsonFactory yaml;

  FileReader(ManifestSettings settings) {
    maxBytes = settings.maxFileBytes();
    objects = new ObjectReader(settings.reading());
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build();
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(maxBytes);
    json = JsonFactory.builder().streamReadConstraints(constraints).build();
    yaml =
        YAMLFactory.builder()
            .loaderOptions(options)
            .streamReadConstraints(constraints)
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();
  }

  /** Whether a file of that name is read at all: *.yaml, *.yml and *.json, but no hidden ones. */
  static boolean reads(String fileName) {
    return !fileName.startsWith(".")
        && (fileName.endsWith(".yaml") || fileName.endsWith(".yml") || fileName.endsWith(".json"));
  }

  /**
   * Reads a file.
   *
   * @throws IOException if the file system does not give it to us
   * @throws UnreadableFileException if it cannot be taken apart into objects
   */
  FileContents read(Path path) throws IOException, UnreadableFileException {
    String file = String.valueOf(path.getFileName());
    long size = Files.size(path);
    if (size > maxBytes) {
      throw new UnreadableFileException(
          "has %,d bytes, more than the limit of %,d; split it".formatted(size, maxBytes));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      return read(file, in);
    }
  }

  /** The same for what a file of that name would hold. */
  FileContents read(String file, InputStream in) throws IOException, UnreadableFileException {
    List<Manifest> good = new ArrayList<>();
    Set<ObjectKey> refused = new HashSet<>();
    List<Problem> problems = new ArrayList<>();
    try (JsonParser parser = (file.endsWith(".json") ? json : yaml).createParser(in)) {
      new ObjectStream(
              parser,
              (object, line) -> {
                ObjectReader.Result result = objects.read(file, object, line);
                problems.addAll(result.problems());
                if (result.manifest() != null) {
                  good.add(result.manifest());
                } else if (result.key() != null) {
                  refused.add(result.key());
                }
              })
          .readAll();
    } catch (JsonProcessingException e) {
      throw unparsable(e);
    } catch (CharConversionException e) {
      throw new UnreadableFileException("is not UTF-8 text: " + e.getMessage());
    }
    return new FileContents(good, refused, problems);
  }

  private static UnreadableFileException unparsable(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException cause && cause.getProblemMark() != null) {
      return new UnreadableFileException(cause.getProblemMark().getLine() + 1, cause.getProblem());
    }
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    return new UnreadableFileException(line, e.getOriginalMessage().replace('\n', ' '));
  }
}
