// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A file of the manifests folder, whatever is in it: it is read or named as unreadable. */
class ManifestFuzzTest {

  private static final FileReader READER = new FileReader(ManifestSettings.defaults("node1"));

  @FuzzTest(maxDuration = "20s")
  void anyFileIsReadOrRefused(byte[] bytes) {
    fuzzerTestOneInput(bytes);
  }

  /** The same for Jazzer without JUnit. What begins like JSON is read as a file of JSON. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    String name = bytes.length > 0 && bytes[0] == '{' ? "fuzz.json" : "fuzz.yaml";
    try {
      FileContents contents = READER.read(name, new ByteArrayInputStream(bytes));
      if (contents.problems().toString().isEmpty()) {
        throw new IllegalStateException("problems without words");
      }
    } catch (UnreadableFileException e) {
      if (String.valueOf(e.getMessage()).isBlank()) {
        throw new IllegalStateException("no reason for " + Arrays.toString(bytes), e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
