// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

/** Markup in the making. What comes from elsewhere goes through {@link #text}. */
final class Html {

  private final StringBuilder out = new StringBuilder(16_384);

  /** Adds markup of our own, as it is. */
  Html markup(String markup) {
    out.append(markup);
    return this;
  }

  /** Adds text, whoever wrote it; also as the value of an attribute in double quotes. */
  Html text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(isPrintable(c) ? c : '\uFFFD');
      }
    }
    return this;
  }

  /** Adds a number. */
  Html number(long number) {
    out.append(number);
    return this;
  }

  /** Line ends and tabs are layout; other control characters could hide what is beside them. */
  private static boolean isPrintable(char c) {
    if (c == '\n' || c == '\t') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.UNASSIGNED -> false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
