// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that we start. */
final class ChildProcessTest {

  private static final int MANY = 100_000;

  private static ChildProcess shell(String script, Duration limit) {
    return new ChildProcess(List.of("sh", "-c", script), limit);
  }

  @Test
  void muchGoesInAndOutAtTheSameTime() throws Exception {
    List<String> lines = new ArrayList<>();
    ChildProcess.End end =
        shell("tee /dev/stderr", ChildProcess.QUICK)
            .run(
                writer -> {
                  for (int i = 0; i < MANY; i++) {
                    writer.write("line " + i + "\n");
                  }
                },
                lines::add);
    assertThat(lines).hasSize(MANY).endsWith("line " + (MANY - 1));
    assertThat(end.code()).isZero();
    assertThat(end.errors()).startsWith("line 0\nline 1\n").hasSizeLessThan(10_000);
  }

  @Test
  void aProgramThatDoesNotReadItsInputIsNoTrouble() throws Exception {
    ChildProcess.End end =
        shell("echo no >&2; exit 3", ChildProcess.QUICK)
            .run(writer -> writer.write("x".repeat(1 << 20)), line -> {});
    assertThat(end).isEqualTo(new ChildProcess.End(3, "no"));
  }

  @Test
  void outputThatCannotBeTakenIsAFailure() {
    assertThatThrownBy(
            () ->
                shell("echo x", ChildProcess.QUICK)
                    .run(
                        writer -> {},
                        line -> {
                          throw new IllegalArgumentException(line);
                        }))
        .hasRootCauseMessage("x");
  }

  @Test
  void aProgramThatHangsIsKilled() {
    assertThatThrownBy(
            () -> shell("exec sleep 600", Duration.ofMillis(200)).run(writer -> {}, line -> {}))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("did not end within");
    assertThat(
            ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("sleep")))
        .isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                new ChildProcess(List.of("/no/such/program"), ChildProcess.QUICK)
                    .run(writer -> {}, line -> {}))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("/no/such/program");
  }
}
