// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

/** Comments as xt_comment and a line of iptables-restore can hold them. */
final class CommentText {

  private CommentText() {}

  static String cleaned(String comment) {
    StringBuilder text = new StringBuilder(comment.length());
    int bytes = 0;
    for (int i = 0; i < comment.length(); ) {
      int point = comment.codePointAt(i);
      i += Character.charCount(point);
      int clean = cleaned(point);
      bytes += utf8Bytes(clean);
      if (bytes > XtRule.MAX_COMMENT_BYTES) {
        break;
      }
      text.appendCodePoint(clean);
    }
    return text.toString();
  }

  private static int cleaned(int point) {
    if (Character.isISOControl(point)) {
      return ' ';
    }
    boolean halfCharacter = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return halfCharacter ? '?' : point;
  }

  private static int utf8Bytes(int point) {
    if (point < 0x80) {
      return 1;
    }
    if (point < 0x800) {
      return 2;
    }
    return point < 0x10000 ? 3 : 4;
  }

  /** As xtables_save_string of libxtables writes a word, with quotes where it may need them. */
  static String quoted(String text) {
    if (!text.isEmpty() && text.chars().allMatch(CommentText::isPlain)) {
      return text;
    }
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c == '\'') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
