// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes each fact as one line. Safe for several threads. */
public final class LogWriter implements Log {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final PrintStream out;
  private final boolean journal;
  private final Clock clock;
  private final RecentLines recent;
  private volatile LogFormat format = LogFormat.TEXT;

  /**
   * @param journal whether lines begin with their priority, as sd-daemon(3) has it
   */
  LogWriter(PrintStream out, boolean journal, Clock clock, RecentLines recent) {
    this.out = out;
    this.journal = journal;
    this.clock = clock;
    this.recent = recent;
  }

  /** To standard error; with priorities if that is the journal. */
  public static LogWriter standardError(Map<String, String> environment) {
    return new LogWriter(
        System.err,
        Journal.isAt(STANDARD_ERROR, environment),
        Clock.systemUTC(),
        RecentLines.OF_PROCESS);
  }

  /** Writes like this from now on; as text before that. */
  public void use(LogFormat wanted) {
    format = wanted;
  }

  @Override
  public void tell(Entry entry) {
    write(entry, "");
  }

  /** Why the program ends. */
  public void failed(String text) {
    error(format == LogFormat.TEXT ? "ferrule: " + text : text);
  }

  /** What nobody has foreseen, with all that helps to find out. */
  public void unforeseen(String text, Throwable fault) {
    StringWriter stack = new StringWriter();
    fault.printStackTrace(new PrintWriter(stack));
    write(new Entry(Level.ERROR, text + ": " + fault, null), stack.toString());
  }

  private void write(Entry entry, String stack) {
    String sentence = onOneLine(entry.text());
    List<String> trace = stack.lines().map(LogWriter::onOneLine).toList();
    recent.add(entry.level() == Level.INFO ? sentence : entry.level().text() + ": " + sentence);
    trace.forEach(recent::add);
    StringBuilder lines = new StringBuilder();
    if (format == LogFormat.JSON) {
      lines.append(prefix(entry)).append(json(entry, stack)).append('\n');
    } else {
      lines.append(prefix(entry)).append(sentence).append('\n');
      trace.forEach(line -> lines.append(prefix(entry)).append(line).append('\n'));
    }
    out.print(lines); // at once, so that no other thread's line comes between
    out.flush();
  }

  private String prefix(Entry entry) {
    return journal ? "<" + entry.level().priority() + ">" : "";
  }

  private String json(Entry entry, String stack) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("time", clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
    line.put("level", entry.level().text());
    line.put("message", entry.text());
    about(line, entry.about());
    if (!stack.isEmpty()) {
      line.put("stack", stack);
    }
    return line.toString();
  }

  private static void about(ObjectNode line, @Nullable About about) {
    if (about == null) {
      return;
    }
    line.put("kind", about.kind());
    if (!about.namespace().isEmpty()) {
      line.put("namespace", about.namespace());
    }
    line.put("name", about.name());
  }

  /** What others wrote must not end a line, nor reach a terminal as it is. */
  private static String onOneLine(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    text.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
    return line.toString();
  }
}
