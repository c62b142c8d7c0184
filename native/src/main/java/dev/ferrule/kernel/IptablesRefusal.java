// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.RestoreScript;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes one sentence of what iptables 1.8 says when it fails. */
final class IptablesRefusal {

  /** "line 12 failed", "line 30: RULE_APPEND failed (...)" and "Error occurred at line: 3". */
  private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)\\b");

  /** What it says in every message, and what is said by quoting the line. */
  private static final Pattern NOISE =
      Pattern.compile(
          "^# Warning: .*|Try `.*for more information\\.|Error occurred at line: \\d+"
              + "|^ip6?tables(-legacy|-nft)?-(restore|save)( v[0-9.]+ \\(\\w+\\))?:"
              + "|\\bline \\d+ failed\\.?|\\bline \\d+: ",
          Pattern.MULTILINE);

  private static final int MAX_WORDS = 300;

  private final String operation;
  private final String program;
  private final ChildProcess.End end;

  IptablesRefusal(String operation, String program, ChildProcess.End end) {
    this.operation = operation;
    this.program = program;
    this.end = end;
  }

  /** A program without input failed. */
  KernelException withoutScript() {
    return because("", words().isEmpty() ? "it ended with code " + end.code() : words());
  }

  /** A restore failed. */
  KernelException of(RestoreScript script, long waitedSeconds) {
    if (end.errors().contains("holding the xtables lock")) {
      return KernelException.of(
          operation,
          Errno.EAGAIN,
          "another program holds the xtables lock (/run/xtables.lock); "
              + program
              + " waited "
              + waitedSeconds
              + " seconds for it and changed nothing");
    }
    Optional<Integer> number = lineNumber();
    Optional<String> line = number.flatMap(script::line);
    if (line.isEmpty()) {
      return withoutScript();
    }
    return because(
        line.get(),
        program
            + " refused line "
            + number.get()
            + ", "
            + quoted(script, number.get(), line.get())
            + (words().isEmpty() ? "" : ": " + words()));
  }

  /** The kernel gets a table as a whole, so an error may be known only at its end. */
  private String quoted(RestoreScript script, int number, String line) {
    if (!line.equals("COMMIT")) {
      return "`" + line + "`";
    }
    String table = "";
    for (String before : (Iterable<String>) script.lines().limit(number)::iterator) {
      table = before.startsWith("*") ? before.substring(1) : table;
    }
    return "the end of table "
        + table
        + (words().isEmpty() ? ", so the kernel refused a rule of it; `dmesg` may say which" : "");
  }

  private KernelException because(String object, String reason) {
    String lower = end.errors().toLowerCase(Locale.ROOT);
    if (lower.contains("permission denied") || lower.contains("operation not permitted")) {
      return new KernelException(
          operation, object, Errno.EPERM, end.errors(), NftablesKernel.NEEDS_PRIVILEGE);
    }
    if (lower.contains("unable to initialize table")) { // it does not say why
      if (!OwnCapabilities.has(OwnCapabilities.NET_RAW)) {
        return new KernelException(
            operation, "", Errno.EPERM, end.errors(), "iptables-legacy needs CAP_NET_RAW as well");
      }
      return new KernelException(
          operation,
          "",
          0,
          end.errors(),
          words()
              + ": the kernel lacks it (try `modprobe iptable_nat iptable_filter ip6table_nat"
              + " ip6table_filter`), or this needs root or CAP_NET_ADMIN");
    }
    return new KernelException(operation, "", 0, end.errors(), reason);
  }

  private Optional<Integer> lineNumber() {
    Matcher matcher = LINE.matcher(end.errors());
    return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
  }

  private String words() {
    String words = NOISE.matcher(end.errors()).replaceAll("").replaceAll("\\s+", " ").strip();
    String plain = words.startsWith(": ") ? words.substring(2) : words;
    return plain.length() > MAX_WORDS ? plain.substring(0, MAX_WORDS) + "..." : plain;
  }
}
