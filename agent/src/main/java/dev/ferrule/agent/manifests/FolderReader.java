// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the files of a folder, many at a time on all processors. */
final class FolderReader {

  /** What stands in a name for bytes that are no text; nothing can be opened by such a name. */
  private static final char UNDECODABLE = '\uFFFD';

  /** Fewer files than this are read sooner than other threads have woken up. */
  private static final int WORTH_SHARING = 16;

  private final Path directory;
  private final FileReader reader;
  private final Map<String, FileStamp> stamps = new HashMap<>();

  FolderReader(Path directory, ManifestSettings settings) {
    this.directory = directory;
    this.reader = new FileReader(settings);
  }

  boolean exists() {
    return Files.isDirectory(directory);
  }

  /** The names of all files in the folder. */
  Set<String> list() throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Whether the file surely is as it was when it was read last. */
  boolean unchanged(String name) {
    FileStamp known = stamps.get(name);
    return known != null && known.equals(FileStamp.of(directory.resolve(name)));
  }

  /** Reads files; the outcomes are in the order of the names. */
  List<FileOutcome> read(Collection<String> names) {
    Stream<String> stream = names.size() < WORTH_SHARING ? names.stream() : names.parallelStream();
    List<FileOutcome> outcomes = stream.map(this::read).toList();
    for (FileOutcome outcome : outcomes) {
      if (outcome.stamp() == null) {
        stamps.remove(outcome.file());
      } else {
        stamps.put(outcome.file(), outcome.stamp());
      }
    }
    return outcomes;
  }

  private FileOutcome read(String name) {
    Path path = directory.resolve(name);
    FileStamp stamp = FileStamp.of(path);
    try {
      return Files.isDirectory(path)
          ? new FileOutcome(name, null, null, null)
          : new FileOutcome(name, reader.read(path), null, stamp);
    } catch (NoSuchFileException e) {
      String reason = name.indexOf(UNDECODABLE) < 0 ? null : "its name is not UTF-8; rename it";
      return new FileOutcome(name, null, reason, null);
    } catch (UnreadableFileException e) {
      return new FileOutcome(name, null, e.reason(), stamp);
    } catch (IOException e) {
      return new FileOutcome(name, null, "cannot be read: " + e, null);
    }
  }
}
