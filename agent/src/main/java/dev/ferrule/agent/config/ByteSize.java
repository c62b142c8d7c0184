// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory: {@code 32MiB}, {@code 32Mi}, {@code 500k}, {@code 33554432}. */
final class ByteSize {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(|[kKMG]|[KMG]i)B?");
  private static final Map<String, Long> UNIT =
      Map.of(
          "", 1L,
          "k", 1_000L,
          "K", 1_000L,
          "M", 1_000_000L,
          "G", 1_000_000_000L,
          "Ki", 1L << 10,
          "Mi", 1L << 20,
          "Gi", 1L << 30);

  private ByteSize() {}

  static long parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a size");
    }
    try {
      return Math.multiplyExact(
          Long.parseLong(form.group(1)), UNIT.getOrDefault(form.group(2), 1L));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("\"" + text + "\" is too large a size", e);
    }
  }
}
