// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Bytes as annotated text: on each line hexadecimal digits, then {@code |} and what they are. */
final class Hex {

  private static final HexFormat FORMAT = HexFormat.ofDelimiter(" ");

  private Hex() {}

  /** The digits alone, in one line. */
  static String digits(String annotated) {
    return annotated
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("\\|.*", "").trim())
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }

  static String digits(NetlinkWriter out) {
    ByteBuffer written = out.written();
    byte[] bytes = new byte[written.remaining()];
    written.get(bytes);
    return FORMAT.formatHex(bytes);
  }

  static String digits(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }
}
