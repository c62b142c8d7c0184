// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program in the network namespace of the calling thread. It ends before the call
 * does, whatever happens.
 */
final class ChildProcess {

  /** Writes what the program reads. */
  @FunctionalInterface
  interface Input {
    void writeTo(Writer writer) throws IOException;
  }

  /** Its end, if it was not killed: exit code, and what it said on standard error. */
  record End(int code, String errors) {}

  /** For what answers at once. */
  static final Duration QUICK = Duration.ofSeconds(10);

  /** What is kept of standard error. */
  private static final int MAX_ERRORS = 4_000;

  /** A killed program may leave a grandchild (modprobe) that holds its output open. */
  private static final long LAST_WORDS_MILLIS = 2_000;

  private final List<String> command;
  private final Duration limit;
  private final Map<String, String> environment;

  ChildProcess(List<String> command, Duration limit) {
    this(command, limit, Map.of());
  }

  ChildProcess(List<String> command, Duration limit, Map<String, String> environment) {
    this.command = List.copyOf(command);
    this.limit = limit;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs the program. The input and the output are taken care of by threads of their own, so that
   * neither side ever waits for the other.
   *
   * @param output gets each line of standard output
   * @throws KernelException if it cannot be started, takes longer than the limit, or the calling
   *     thread is interrupted, whose flag then stays set
   */
  End run(Input input, Consumer<String> output) throws KernelException {
    return run(input, output, pid -> {});
  }

  /** The same, and tells the number of the process before it does anything. */
  End run(Input input, Consumer<String> output, LongConsumer started) throws KernelException {
    Process process = start();
    started.accept(process.pid());
    StringBuilder errors = new StringBuilder();
    Worker in = worker("in", () -> write(process, input));
    Worker out =
        worker("out", () -> forEachLine(process.inputReader(StandardCharsets.UTF_8), output));
    Worker err =
        worker(
            "err",
            () ->
                forEachLine(
                    process.errorReader(StandardCharsets.UTF_8), line -> keep(errors, line)));
    try {
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        throw failure("it did not end within " + limit.toSeconds() + " seconds and was killed");
      }
      // All that it has written is in the pipes; reading a large output may still take a while.
      out.join(limit.toMillis());
      err.join(LAST_WORDS_MILLIS);
      in.join(LAST_WORDS_MILLIS);
      if (out.isAlive()) {
        throw failure("its output has no end");
      }
      for (Worker worker : List.of(in, out, err)) {
        worker.check();
      }
      synchronized (errors) {
        return new End(process.exitValue(), errors.toString().strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("it was interrupted and killed");
    } finally {
      end(process);
    }
  }

  private Process start() throws KernelException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw failure("it could not be started: " + e.getMessage());
    }
  }

  /** Also when the thread is interrupted: a killed program ends within moments. */
  private static void end(Process process) {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private KernelException failure(String reason) {
    return KernelException.of("run " + String.join(" ", command), 0, reason);
  }

  private static Worker worker(String name, Runnable work) {
    Worker worker = new Worker(name, work);
    worker.start();
    return worker;
  }

  /**
   * A thread whose failure is that of the whole run: half an output must not pass for all of it.
   */
  private static final class Worker extends Thread {
    private volatile @Nullable Throwable failure;

    Worker(String name, Runnable work) {
      super(work, "child-" + name);
      setDaemon(true);
      setUncaughtExceptionHandler((thread, thrown) -> failure = thrown);
    }

    void check() {
      Throwable thrown = failure;
      if (thrown != null) {
        throw new IllegalStateException(thrown);
      }
    }
  }

  private static void write(Process process, Input input) {
    try (Writer writer =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), 1 << 16)) {
      input.writeTo(writer);
    } catch (IOException e) {
      return; // it has ended before it read all: its exit code and errors tell why
    }
  }

  private static void forEachLine(BufferedReader reader, Consumer<String> lines) {
    try (reader) {
      String line;
      while ((line = reader.readLine()) != null) {
        lines.accept(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keep(StringBuilder errors, String line) {
    synchronized (errors) {
      if (errors.length() < MAX_ERRORS) {
        errors.append(line).append('\n');
      }
    }
  }
}
