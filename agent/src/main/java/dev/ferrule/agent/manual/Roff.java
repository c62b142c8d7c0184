// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

/**
 * A page for {@code man}, in the macros of man(7). All text is taken literally: what roff would
 * read as markup is escaped.
 */
final class Roff {

  private final StringBuilder text = new StringBuilder();

  /**
   * @param date as YYYY-MM-DD
   * @param source the program with its version
   */
  Roff(String name, int section, String date, String source) {
    text.append(".TH ").append(argument(name)).append(' ').append(section).append(' ');
    // mandoc knows a date by its plain hyphens.
    text.append(date).append(' ').append(argument(source)).append('\n');
    // Neither hyphens nor stretched lines in what people copy.
    text.append(".nh\n.ad l\n");
  }

  Roff section(String heading) {
    text.append(".SH ").append(argument(heading)).append('\n');
    return this;
  }

  /** The line of section NAME, which apropos reads. */
  Roff name(String page, String meaning) {
    section("NAME");
    text.append(escaped(page)).append(" \\- ").append(escaped(meaning)).append('\n');
    return this;
  }

  Roff paragraph(String words) {
    text.append(".PP\n").append(line(words));
    return this;
  }

  /** A paragraph that begins a section: man puts no space before it. */
  Roff first(String words) {
    text.append(line(words));
    return this;
  }

  /** A command as it is typed, in bold, and what follows it. */
  Roff command(String command, String rest) {
    text.append("\\fB").append(escaped(command)).append("\\fR ").append(escaped(rest));
    text.append('\n');
    return this;
  }

  /** A term in bold with its value, and what it means. */
  Roff entry(String term, String value, String meaning) {
    text.append(".TP\n\\fB").append(escaped(term)).append("\\fR");
    if (!value.isEmpty()) {
      text.append("\\fI").append(escaped(value)).append("\\fR");
    }
    text.append('\n').append(line(meaning));
    return this;
  }

  /** More about the entry before. */
  Roff more(String words) {
    text.append(".br\n").append(line(words));
    return this;
  }

  /** Lines that stay as they are. */
  Roff verbatim(String lines) {
    text.append(".PP\n.nf\n.RS\n");
    lines.lines().forEach(each -> text.append(line(each)));
    text.append(".RE\n.fi\n");
    return this;
  }

  String text() {
    return text.toString();
  }

  private static String argument(String words) {
    return '"' + escaped(words).replace("\"", "\\(dq") + '"';
  }

  /** A dot at the start of a line would be a request. */
  private static String line(String words) {
    String escaped = escaped(words);
    return (escaped.startsWith(".") ? "\\&" : "") + escaped + '\n';
  }

  private static String escaped(String words) {
    return words
        .strip()
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti")
        .replaceAll("\\s*\n\\s*", " ");
  }
}
