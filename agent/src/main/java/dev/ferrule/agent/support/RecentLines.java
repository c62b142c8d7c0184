// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The latest lines that this process wrote to standard error, with the time of each: what was told
 * just before is wanted where it is asked what is wrong, and the journal may be elsewhere.
 */
public final class RecentLines {

  private static final int MOST_LINES = 2000;

  /** What is longer is cut off. */
  private static final int MOST_BYTES_OF_LINE = 2000;

  /** All lines together, in characters. */
  private static final int MOST_CHARACTERS = 512 * 1024;

  /** Of this process. */
  public static final RecentLines OF_PROCESS = new RecentLines();

  // Guarded by this object.
  private final Deque<String> lines = new ArrayDeque<>();
  private int characters;

  RecentLines() {}

  /** Lets a stream write as before, and keeps what it writes. */
  public PrintStream keeping(PrintStream stream) {
    return new PrintStream(new Keeping(stream), true, StandardCharsets.UTF_8);
  }

  synchronized void add(String line) {
    String dated = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line + "\n";
    lines.addLast(dated);
    characters += dated.length();
    while (lines.size() > MOST_LINES || characters > MOST_CHARACTERS) {
      characters -= lines.removeFirst().length();
    }
  }

  /** All that are kept, the oldest first. */
  public synchronized String text() {
    return String.join("", lines);
  }

  private final class Keeping extends OutputStream {
    private final PrintStream stream;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Keeping(PrintStream stream) {
      super();
      this.stream = stream;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      stream.write(bytes, offset, length);
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == '\n') {
          add(line.toString(StandardCharsets.UTF_8));
          line.reset();
        } else if (line.size() < MOST_BYTES_OF_LINE) {
          line.write(bytes[i]);
        }
      }
    }

    @Override
    public void flush() {
      stream.flush();
    }
  }
}
