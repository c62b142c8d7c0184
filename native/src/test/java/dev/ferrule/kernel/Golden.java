// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected texts, kept beside the tests. {@code mvn test -Dferrule.golden.update=true} writes them
 * anew; the difference is then to be reviewed.
 */
final class Golden {

  private static final Path FOLDER = Path.of("src/test/resources/dev/ferrule/kernel");

  private Golden() {}

  static String text(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }

  /** The expected text, which is the actual one if the texts are to be written anew. */
  static String text(String name, String actual) throws IOException {
    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(name), actual);
    }
    return text(name);
  }
}
