// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.ReadingSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** The file with what was last known of a cluster: it is read, or named and not used. */
class SavedStateFuzzTest {

  private static final String HEAD = "{\"server\":\"s\",\"node\":\"n\",\"versions\":{}}\n";
  private static final ObjectReader READER =
      new ObjectReader(new ReadingSettings(PortRange.ALL, false, true));

  @FuzzTest(maxDuration = "20s")
  void anyFileIsReadOrRefused(byte[] bytes) {
    fuzzerTestOneInput(bytes);
  }

  /** The same for Jazzer without JUnit. Bytes that do not begin like a file are its objects. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      SavedState.read(
          bytes.length > 0 && bytes[0] == 'f' ? bytes : withHead(bytes), READER, "s", "n");
    } catch (SavedState.UnusableException e) {
      if (String.valueOf(e.getMessage()).isBlank()) {
        throw new IllegalStateException("no reason", e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] withHead(byte[] objects) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(HEAD.getBytes(StandardCharsets.UTF_8));
      zip.write(objects);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    String head = SavedState.head(zipped.toByteArray()) + "\n";
    file.write(head.getBytes(StandardCharsets.US_ASCII));
    file.write(zipped.toByteArray());
    return file.toByteArray();
  }
}
