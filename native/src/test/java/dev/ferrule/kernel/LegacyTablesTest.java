// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyTablesTest {

  @TempDir private Path root;

  @Test
  void withoutTheirModulesThereAreNone() throws IOException {
    put("proc/sys/kernel/osrelease", "6.1.0-9\n");
    put("proc/modules", "ip_tables 32768 0 - Live 0x0\nnf_tables 1 2 - Live 0x0\n");
    assertThat(LegacyTables.mayBeThere(root)).as("in a sandbox").isFalse();
    put("lib/modules/6.1.0-9/modules.builtin", "kernel/net/netfilter/nf_tables.ko\n");
    assertThat(LegacyTables.mayBeThere(root)).isFalse();
    put("proc/modules", "nf_tables 1 2 - Live 0x0\nip6table_nat 16384 1 - Live 0x0\n");
    assertThat(LegacyTables.mayBeThere(root)).isTrue();
  }

  @Test
  void aKernelThatHasThemBuiltInMayHaveThem() throws IOException {
    assertThat(LegacyTables.mayBeThere(root)).as("without modules").isTrue();
    put("proc/sys/kernel/osrelease", "6.1.0-9\n");
    put("proc/modules", "");
    put("lib/modules/6.1.0-9/modules.builtin", "kernel/net/ipv4/netfilter/iptable_nat.ko\n");
    assertThat(LegacyTables.mayBeThere(root)).isTrue();
  }

  private void put(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
