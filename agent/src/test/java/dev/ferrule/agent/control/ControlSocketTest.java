// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends over a real socket. */
class ControlSocketTest {

  @TempDir private static Path folder;

  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void whatACommandWritesArrivesWhole() {
    String much = "ü\u0001\"\n\ud83d\ude00".repeat(100_000);
    Path path = folder.resolve("whole");
    try (ControlSocket socket = open(path, much)) {
      assertThat(socket).isNotNull();
      StringWriter out = new StringWriter();
      StringWriter errors = new StringWriter();
      assertThat(ask(path, out, errors)).isEqualTo(new ControlClient.Answered(7));
      assertThat(out.toString()).isEqualTo(much);
      assertThat(errors).hasToString("get services\n");
    }
    assertThat(log).isEmpty();
    assertThat(path).doesNotExist();
  }

  @Test
  void theFileIsForItsOwnerAndTheGroupAlone() throws IOException {
    Path path = folder.resolve("mode");
    try (ControlSocket socket = open(path, "")) {
      assertThat(socket).isNotNull();
      assertThat(Files.getPosixFilePermissions(path).toString()).doesNotContain("OTHERS");
    }
  }

  @Test
  void aSocketThatIsAnsweredIsNotTaken() {
    Path path = folder.resolve("taken");
    try (ControlSocket first = open(path, "first")) {
      try (ControlSocket second = open(path, "second")) {
        assertThat(List.of(first, second)).hasSize(2);
        assertThat(log).singleElement().asString().contains("an agent that is running has it");
      }
      StringWriter out = new StringWriter();
      ask(path, out, new StringWriter());
      assertThat(out).hasToString("first");
    }
  }

  @Test
  void aFileThatIsNoSocketStays() throws IOException {
    Path path = Files.writeString(folder.resolve("text"), "text");
    try (ControlSocket socket = open(path, "")) {
      assertThat(socket).isNotNull();
      assertThat(log).singleElement().asString().contains("is no socket; remove it");
    }
    assertThat(path).hasContent("text");
  }

  @Test
  void withoutAnAgentThatIsSaid() {
    Path path = folder.resolve("nobody");
    assertThat(ask(path, new StringWriter(), new StringWriter()))
        .isEqualTo(
            new ControlClient.Unreachable("no agent is running here that answers on " + path));
  }

  private ControlSocket open(Path path, String answer) {
    return ControlSocket.open(
        path,
        (request, peer) -> new ControlAnswer(answer, String.join(" ", request.command()) + "\n", 7),
        Log.of(log::add));
  }

  private static ControlClient.Outcome ask(Path path, StringWriter out, StringWriter errors) {
    return new ControlClient(new PrintWriter(out), new PrintWriter(errors))
        .ask(path, List.of("get", "services"));
  }
}
