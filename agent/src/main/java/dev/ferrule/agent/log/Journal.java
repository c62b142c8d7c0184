// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds out whether what is written ends up in the journal. */
final class Journal {

  private Journal() {}

  /**
   * Whether a file is the stream to the journal that the service manager names in {@code
   * JOURNAL_STREAM}, see systemd.exec(5): the output may have been sent somewhere else since.
   */
  static boolean isAt(Path file, Map<String, String> environment) {
    String stream = environment.get("JOURNAL_STREAM");
    if (stream == null) {
      return false;
    }
    try {
      Map<String, Object> found = Files.readAttributes(file, "unix:dev,ino");
      return stream.equals(found.get("dev") + ":" + found.get("ino"));
    } catch (IOException | RuntimeException e) {
      return false; // without prefixes every line is an informational one, and none is lost
    }
  }
}
