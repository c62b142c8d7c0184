// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.ReadingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the state is written, and what is said if it cannot be. */
class StateKeeperTest {

  @TempDir private Path directory;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private StateKeeper keeper(Path state) {
    ObjectReader reader = new ObjectReader(new ReadingSettings(PortRange.ALL, false, true));
    return new StateKeeper(
        new SavedState(state, "https://api", "here"),
        new ClusterCatalog(reader, Log.of(lines::add)),
        Log.of(lines::add));
  }

  @Test
  void whatIsDueIsWrittenAtTheEnd() {
    StateKeeper keeper = keeper(directory);
    keeper.start();
    keeper.due();
    keeper.close();
    assertThat(directory.resolve("cluster.state")).exists();
    assertThat(lines).isEmpty();
  }

  @Test
  void whatIsNotDueIsNotWritten() {
    StateKeeper keeper = keeper(directory);
    keeper.start();
    keeper.close();
    assertThat(directory.resolve("cluster.state")).doesNotExist();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsToldOnce() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    StateKeeper keeper = keeper(file);
    keeper.start();
    keeper.due();
    keeper.close();
    keeper.close();
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith(file + "/cluster.state: the state cannot be saved (")
        .endsWith("Make the directory writable or set ferrule.stateDirectory");
  }
}
