// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressKeeperTest {

  private static final IpAddress ONE = IpAddress.parse("192.168.0.2");
  private static final IpAddress OTHER = IpAddress.parse("192.168.1.2");
  private static final Commit START = new Commit(Commit.Cause.START, Changes.NONE, Duration.ZERO);

  @TempDir private Path directory;

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<AddressKeeper> keepers = new ArrayList<>();

  private AddressKeeper keeper(Path stateDirectory) {
    AddressKeeper keeper = new AddressKeeper(stateDirectory, Log.of(lines::add));
    keepers.add(keeper);
    return keeper;
  }

  @AfterEach
  void end() {
    keepers.forEach(AddressKeeper::ended);
  }

  private static DesiredState state(IpAddress... addresses) {
    return new DesiredState(
        new ForwardingSettings(NodePortAddresses.PRIMARY, List.of(), false, false),
        "here",
        List.of(addresses));
  }

  private List<IpAddress> known() throws Exception {
    return new KnownAddresses(directory).read();
  }

  @Test
  void addressesAreKeptWhoseRulesAreInForce() throws Exception {
    AddressKeeper keeper = keeper(directory);
    keeper.failed();
    keeper.wanted(state(ONE));
    keeper.ended();
    assertThat(directory).isEmptyDirectory();

    AddressKeeper next = keeper(directory);
    next.committed(START);
    next.wanted(state(ONE));
    next.ended();
    assertThat(known()).containsExactly(ONE);
  }

  @Test
  void whatWentAMomentAgoIsKept() throws Exception {
    AddressKeeper keeper = keeper(directory);
    keeper.committed(START);
    keeper.wanted(state(ONE, OTHER));
    keeper.wanted(state());
    keeper.ended();

    AddressKeeper next = keeper(directory);
    next.committed(START);
    next.wanted(state(OTHER));
    next.ended();
    assertThat(known()).contains(OTHER);
  }

  @Test
  void withoutAStateDirectoryNothingIsWritten() {
    Path none = directory.resolve("none");
    AddressKeeper keeper = keeper(none);
    keeper.committed(START);
    keeper.wanted(state(ONE));
    keeper.ended();
    assertThat(none).doesNotExist();
    assertThat(lines).isEmpty();
  }

  @Test
  void aDamagedFileIsNamedAndWrittenAnew() throws Exception {
    Files.writeString(new KnownAddresses(directory).file(), "ferrule-addresses 1 0 0\n!");
    AddressKeeper keeper = keeper(directory);
    keeper.committed(START);
    keeper.wanted(state(ONE));
    keeper.ended();
    assertThat(known()).containsExactly(ONE);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("addresses.state is damaged").contains("written anew");
  }

  @Test
  void whatCannotBeWrittenIsToldOnce() throws IOException {
    Files.createDirectories(new KnownAddresses(directory).file().resolve("in the way"));
    AddressKeeper keeper = keeper(directory);
    keeper.committed(START);
    keeper.wanted(state(ONE));
    keeper.wanted(state(ONE, OTHER));
    keeper.ended();
    assertThat(lines).isNotEmpty();
    assertThat(lines).allMatch(line -> line.contains("cannot be saved"));
  }
}
