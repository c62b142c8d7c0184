// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

  @Test
  void wordsOfTheCommandLineAreTaken() throws RequestException {
    assertThat(read("{\"command\": [\"get\", \"services\", \"-A\"], \"later\": {}}").command())
        .isEqualTo(List.of("get", "services", "-A"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "{",
        "[]",
        "null",
        "{}",
        "{\"command\": \"get\"}",
        "{\"command\": []}",
        "{\"command\": [1]}",
        "{\"command\": [[\"get\"]]}",
        "{\"command\": [\"get\"]} {}",
        "\u0000"
      })
  void anythingElseIsRefused(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(RequestException.class);
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThatThrownBy(() -> RequestReader.read(new byte[] {(byte) 0xff, (byte) 0xfe}))
        .isInstanceOf(RequestException.class);
  }

  @Test
  void depthAndSizeAreBounded() {
    assertThatThrownBy(() -> read("[".repeat(60_000))).isInstanceOf(RequestException.class);
    assertThatThrownBy(() -> read(" ".repeat(RequestReader.MOST_BYTES + 1)))
        .hasMessage("a request has 65536 bytes at most");
  }

  private static ControlRequest read(String line) throws RequestException {
    return RequestReader.read(line.getBytes(StandardCharsets.UTF_8));
  }
}
