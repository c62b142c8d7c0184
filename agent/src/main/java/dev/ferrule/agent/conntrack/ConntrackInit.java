// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import dev.ferrule.agent.config.ConntrackSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings the kernel's limits of connection tracking to what is configured. */
public final class ConntrackInit {

  private static final String ONLINE = "sys/devices/system/cpu/online";

  private static final int LONGEST = 4096;

  private final Path root;
  private final Writing writing;
  private final List<String> changes = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private enum Writing {
    /** Sets what differs. */
    REAL,
    /** Finds out whether it could. */
    TRIED,
    /** Only compares. */
    NONE
  }

  /**
   * What was done.
   *
   * @param changes a line for each value that was, or in a dry run would be, changed
   * @param failures a sentence for each value that could not be
   */
  public record Outcome(List<String> changes, List<String> failures) {
    public Outcome {
      changes = List.copyOf(changes);
      failures = List.copyOf(failures);
    }
  }

  private ConntrackInit(Path root, Writing writing) {
    this.root = root;
    this.writing = writing;
  }

  /**
   * Sets what is different and tries all of it, whatever fails.
   *
   * @param root where {@code proc} and {@code sys} are mounted: {@code /}
   * @param dryRun only tell
   */
  public static Outcome run(ConntrackSettings settings, Path root, boolean dryRun) {
    return run(settings, root, dryRun ? Writing.TRIED : Writing.REAL);
  }

  /** The same without a change: what differs from what is configured, and what cannot be read. */
  public static Outcome compare(ConntrackSettings settings, Path root) {
    return run(settings, root, Writing.NONE);
  }

  private static Outcome run(ConntrackSettings settings, Path root, Writing writing) {
    ConntrackInit init = new ConntrackInit(root, writing);
    Map<KernelParameter, Long> wanted = ConntrackLimits.wanted(settings, init.processors());
    wanted.forEach((parameter, value) -> init.set(parameter, value, false));
    Long max = wanted.get(KernelParameter.MAX);
    if (max != null) {
      init.set(KernelParameter.HASHSIZE, ConntrackLimits.fewestBuckets(max), true);
    }
    return new Outcome(init.changes, init.failures);
  }

  private void set(KernelParameter parameter, long value, boolean atLeast) {
    Path file = parameter.in(root);
    try {
      long now = Long.parseLong(read(file));
      if (now == value || (atLeast && now > value)) {
        return;
      }
      if (writing == Writing.REAL) {
        Files.writeString(file, Long.toString(value));
      } else if (writing == Writing.TRIED && !Files.isWritable(file)) {
        throw new AccessDeniedException(file.toString());
      }
      changes.add(parameter.name() + ": " + now + " -> " + value);
    } catch (NumberFormatException e) {
      failures.add("could not set " + parameter.name() + ": it holds no number");
    } catch (IOException e) {
      failures.add(
          "could not set " + parameter.name() + " to " + value + ": " + reason(parameter, e));
    }
  }

  /** All in one read: of a file below /proc/sys a second one gives nothing. */
  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
    }
  }

  private static String reason(KernelParameter parameter, IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it is not there; load module nf_conntrack"
          + (parameter.ofHost() ? ", and run this in the host's network namespace" : "");
    }
    String said = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    String words =
        e instanceof AccessDeniedException ? "not permitted" : said == null ? e.toString() : said;
    return words
        + (parameter.ofHost()
            ? "; it belongs to the host: run this as root in the host's network namespace"
            : "; run this as root, with /proc/sys writable");
  }

  /** Those of the host, whatever share of them a container has. */
  private int processors() {
    try {
      int count = 0;
      for (String range : read(root.resolve(ONLINE)).split(",", -1)) {
        String[] ends = range.split("-", 2);
        int first = Integer.parseInt(ends[0]);
        count += ends.length == 1 ? 1 : Integer.parseInt(ends[1]) - first + 1;
      }
      return count;
    } catch (IOException | NumberFormatException e) {
      // Where /sys is not mounted, those that we may use are the best guess.
      return Runtime.getRuntime().availableProcessors();
    }
  }
}
