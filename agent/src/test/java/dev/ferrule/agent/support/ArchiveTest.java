// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {

  @TempDir private Path folder;

  @Test
  void tarReadsIt() throws Exception {
    Path file = folder.resolve("a.tar.gz");
    try (Archive archive =
        new Archive(Files.newOutputStream(file), Instant.parse("2026-01-31T12:00:00Z"))) {
      archive.add("dump/empty", "");
      archive.add("dump/block", "x".repeat(512));
      archive.add("dump/text", "grün\n");
    }
    assertThat(tar("-tzf", file.toString())).isEqualTo("dump/empty\ndump/block\ndump/text\n");
    assertThat(tar("-xzOf", file.toString())).isEqualTo("x".repeat(512) + "grün\n");
  }

  @Test
  void urlsLoseUserAndQuery() {
    assertThat(Redaction.harmless("https://bob:pw@host:6443/x?token=t, next http://a/b"))
        .isEqualTo("https://host:6443/x, next http://a/b");
  }

  private static String tar(String... words) throws IOException, InterruptedException {
    String[] all = new String[words.length + 1];
    all[0] = "tar";
    System.arraycopy(words, 0, all, 1, words.length);
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
