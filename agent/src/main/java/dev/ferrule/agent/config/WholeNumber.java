// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

/** Numbers without sign, fraction or surprise. */
final class WholeNumber {

  private WholeNumber() {}

  static int parse(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      return Integer.parseInt(digits ? text : "");
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a whole number from 0 to " + Integer.MAX_VALUE, e);
    }
  }
}
