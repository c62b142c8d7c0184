// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** How files are written that must outlive a crash. */
public final class StateFile {

  private StateFile() {}

  /** Writes the whole file. */
  @FunctionalInterface
  public interface Contents {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Removes what a process left that was killed while it wrote the file. To be called only by who
   * writes it.
   */
  public static void removeLeftover(Path file) throws IOException {
    Path leftover = temporary(file);
    if (Files.exists(leftover)) { // without one nothing needs to be writable
      Files.delete(leftover);
    }
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  /**
   * Writes a file anew in one step, and its directory if that is not there: whenever it is read, it
   * is the old one or the new one, never half.
   */
  public static void replace(Path file, Contents contents) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path temporary = temporary(file);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      contents.writeTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
