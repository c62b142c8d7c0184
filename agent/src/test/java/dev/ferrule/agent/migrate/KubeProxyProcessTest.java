// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeProxyProcessTest {

  @TempDir private Path proc;

  @BeforeEach
  void others() throws IOException {
    process("1", "systemd", "systemd");
    process("200", "kube-proxy-wrap", "wrapper");
    Files.createDirectories(proc.resolve("sys"));
    Files.createDirectories(proc.resolve("300")); // ends just now
  }

  @Test
  void othersAreNotTakenForIt() {
    assertThat(KubeProxyProcess.find(proc)).isEmpty();
  }

  @Test
  void itIsFoundByItsName() throws IOException {
    process("4321", "kube-proxy", "hyperkube");
    assertThat(KubeProxyProcess.find(proc)).hasValue(4321);
  }

  @Test
  void itIsFoundByItsProgramWhateverItCallsItself() throws IOException {
    process("99", "main", "kube-proxy");
    assertThat(KubeProxyProcess.find(proc)).hasValue(99);
  }

  private void process(String id, String name, String program) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(id));
    Files.writeString(folder.resolve("comm"), name + "\n");
    Files.createSymbolicLink(folder.resolve("exe"), Path.of(program));
  }
}
