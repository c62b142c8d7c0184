// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

  @TempDir private static Path folder;

  @Test
  void whatAKilledWriterLeftIsRemovedAndNothingElse() throws IOException {
    Path file = folder.resolve("state");
    StateFile.replace(file, out -> out.write('a'));
    Path leftover = Files.writeString(folder.resolve("state.new"), "half");
    Path other = Files.writeString(folder.resolve("other.new"), "of somebody");
    StateFile.removeLeftover(file);
    assertThat(leftover).doesNotExist();
    assertThat(other).exists();
    assertThat(file).hasContent("a");
    StateFile.removeLeftover(file);
  }
}
