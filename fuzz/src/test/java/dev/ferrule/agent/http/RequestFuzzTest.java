// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** What an HTTP client sends: a request, the beginning of one, or none. */
class RequestFuzzTest {

  @FuzzTest(maxDuration = "20s")
  void anyBytesAreReadOrRefused(byte[] bytes) {
    fuzzerTestOneInput(bytes);
  }

  /** The same for Jazzer without JUnit. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      RequestHead head = RequestHead.read(bytes, bytes.length);
      if (head != null && (head.length() <= 0 || head.length() > bytes.length)) {
        throw new IllegalStateException("a head of " + head.length() + " bytes");
      }
    } catch (RequestHead.BadRequestException e) {
      if (e.status() < 400 || e.status() > 599) {
        throw new IllegalStateException("status " + e.status(), e);
      }
    }
  }
}
