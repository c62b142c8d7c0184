// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.TableDiff;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any sequence of changes to manifests leaves the real kernel as a fresh start would, and on the
 * way the kernel never refuses a commit.
 */
@Tag("kernel")
class ConvergenceTest {

  private static final int STEPS = 60;

  private final NetNamespace followed =
      new NetNamespace("fr" + ProcessHandle.current().pid() + "f");
  private final NetNamespace fresh = new NetNamespace("fr" + ProcessHandle.current().pid() + "g");

  @BeforeEach
  void create() {
    NetNamespace.create(List.of(followed, fresh));
  }

  @AfterEach
  void delete() {
    NetNamespace.delete(List.of(followed, fresh));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void changesOneByOneEndLikeAFreshStart(long seed, @TempDir Path folder) throws Exception {
    Map<IpFamily, TableState> end =
        NamespaceThread.once(followed, () -> follow(folder, new RandomManifests(folder, seed)));
    Map<IpFamily, TableState> start = NamespaceThread.once(fresh, () -> startAt(folder));
    assertThat(end).containsOnlyKeys(IpFamily.values());
    for (IpFamily family : IpFamily.values()) {
      assertThat(
              TableDiff.between(end.get(family), Objects.requireNonNull(start.get(family))).list())
          .isEmpty();
    }
  }

  private static Map<IpFamily, TableState> follow(Path directory, RandomManifests manifests)
      throws IOException, KernelException {
    ManifestFolder folder = folder(directory);
    DesiredState state = state();
    try (KernelTables kernel = KernelTables.open()) {
      state.update(folder.load());
      kernel.commit(state.differenceTo(kernel.read()), state);
      for (int i = 0; i < STEPS; i++) {
        DesiredState.Update update = state.update(folder.refresh(manifests.step()));
        kernel.commit(update.changes(), state);
        kernel.forgetClients(update.forgetClients(), state);
      }
      return kernel.tables();
    }
  }

  private static Map<IpFamily, TableState> startAt(Path directory) throws KernelException {
    DesiredState state = state();
    try (KernelTables kernel = KernelTables.open()) {
      state.update(folder(directory).load());
      kernel.commit(state.differenceTo(KernelState.NONE), state);
      Map<IpFamily, TableState> tables = kernel.tables();
      assertThat(state.differenceTo(KernelState.ofTables(tables)).list()).isEmpty();
      return tables;
    }
  }

  private static ManifestFolder folder(Path directory) {
    return new ManifestFolder(directory, ManifestSettings.defaults("node-1"));
  }

  private static DesiredState state() {
    ForwardingSettings settings =
        new ForwardingSettings(
            NodePortAddresses.PRIMARY, List.of(Cidr.parse("10.244.0.0/16")), true, false);
    return new DesiredState(settings, "node-1", List.of(IpAddress.parse("192.168.7.7")));
  }
}
