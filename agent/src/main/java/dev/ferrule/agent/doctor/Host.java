// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.rules.compile.ForwardingTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The host that is examined.
 *
 * @param root where {@code proc} and {@code sys} are mounted: {@code /}
 * @param forwarding what a source that was given comes to; null without one
 */
public record Host(Path root, Configuration configuration, @Nullable ForwardingTable forwarding) {

  private static final int LONGEST = 1 << 20;

  /** A setting below /proc/sys, by the name that sysctl has for it; empty if it is not there. */
  OptionalLong sysctl(String name) throws IOException {
    return number("proc/sys/" + name.replace('.', '/'));
  }

  OptionalLong number(String file) throws IOException {
    String text = text(file);
    return text == null || !text.matches("-?\\d{1,18}")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(text));
  }

  /** A file without space around it; null if it is not there. */
  @Nullable String text(String file) throws IOException {
    // In one read: of a file below /proc/sys a second one gives nothing.
    try (InputStream in = Files.newInputStream(root.resolve(file))) {
      return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The names in a folder, sorted; none if it is not there. */
  List<String> names(String folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(folder))) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }
}
