// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** What a client of the control socket sends: a line of JSON, or anything else. */
class ControlRequestFuzzTest {

  @FuzzTest(maxDuration = "20s")
  void anyLineIsReadOrRefused(byte[] line) {
    fuzzerTestOneInput(line);
  }

  /** The same for Jazzer without JUnit. */
  public static void fuzzerTestOneInput(byte[] line) {
    try {
      ControlRequest request = RequestReader.read(line);
      if (request.command().isEmpty()) {
        throw new IllegalStateException("a request for nothing");
      }
    } catch (RequestException e) {
      if (e.getMessage() == null) {
        throw new IllegalStateException("refused without a reason", e);
      }
    }
  }
}
