// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected texts under {@code src/test/resources/golden}. Run the tests with {@code
 * -Dferrule.golden.update=true} to write what they give now; the difference is for the review.
 */
public final class Golden {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  /** Compares a text with the expected one of that name. */
  public static void check(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
