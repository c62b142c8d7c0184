// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The text of {@code status}. */
public final class StatusText {

  private static final int PROBLEMS_SHOWN = 5;

  private final StringBuilder text = new StringBuilder();
  private final Instant now;

  private StatusText(Instant now) {
    this.now = now;
  }

  /** One fact a line. */
  public static String of(StatusReport report) {
    StatusText text = new StatusText(report.at());
    text.write(report);
    return text.text.toString();
  }

  private void write(StatusReport report) {
    StatusReport.Identity identity = report.identity();
    line("State", report.state().text() + since(report));
    line("Source", identity.source() + ", last news " + ago(report.news(), "none yet"));
    report.sources().forEach(this::source);
    StatusReport.LastCommit commit = report.commit();
    line(
        "Last commit",
        commit == null
            ? "none yet"
            : ago(commit.at(), "")
                + ", took "
                + String.format(Locale.ROOT, "%.1f ms", commit.took().toNanos() / 1e6)
                + ", because of "
                + cause(commit)
                + "; "
                + commit.commits()
                + " since the start");
    line("Pending", report.pending() == null ? "nothing" : pending(report.pending()));
    line("Failed commits", Long.toString(report.failures()));
    drift(report.drift());
    problems(report.problems());
    StatusReport.Counts counts = report.counts();
    line(
        "In force",
        counts == null
            ? "not known, the agent is busy"
            : counts.services()
                + " Services, "
                + counts.frontends()
                + " addresses with ports, "
                + counts.endpoints()
                + " endpoints");
    if (counts != null && counts.tables() > 0) {
      line(
          "In kernel",
          counts.tables()
              + " tables, "
              + counts.sets()
              + " sets, "
              + counts.elements()
              + " elements");
    }
    line(
        "Running",
        "ferrule "
            + identity.version()
            + " as process "
            + identity.pid()
            + " on node "
            + identity.node()
            + " since "
            + age(report.started())
            + (report.memory() == 0 ? "" : ", " + (report.memory() >> 20) + " MiB"));
    line(
        "Rules",
        identity.rules()
            + ", Linux "
            + identity.kernel()
            + ", Java "
            + identity.java()
            + (identity.nft().isEmpty() ? "" : ", nft " + identity.nft()));
  }

  private void source(SourceState state) {
    line(
        "",
        state.what()
            + ": "
            + state.condition().text()
            + " for "
            + age(state.since())
            + (state.detail().isEmpty() ? "" : ", " + state.detail())
            + (state.heard() == null ? "" : ", last read " + ago(state.heard(), "")));
  }

  private String pending(StatusReport.Pending pending) {
    return pending.services()
        + " Services, "
        + pending.endpoints()
        + " with other endpoints, since "
        + age(pending.since());
  }

  private void drift(StatusReport.Repairs repairs) {
    Drift last = repairs.last();
    if (last == null) {
      line("Drift", "none");
      return;
    }
    line(
        "Drift",
        repairs.count()
            + (repairs.count() == 1 ? " repair" : " repairs")
            + ", the last "
            + ago(last.at(), "")
            + ": "
            + last.author()
            + ": "
            + last.what());
    if (!repairs.opponent().isEmpty()) {
      line("", repairs.opponent() + " fights with us: stop that program");
    }
  }

  private String since(StatusReport report) {
    return report.failing() == null ? "" : " since " + age(report.failing());
  }

  private void problems(List<Problem> problems) {
    line("Problems", problems.isEmpty() ? "none" : Integer.toString(problems.size()));
    problems.stream().limit(PROBLEMS_SHOWN).forEach(problem -> line("", problem.toString()));
    if (problems.size() > PROBLEMS_SHOWN) {
      line("", "... and " + (problems.size() - PROBLEMS_SHOWN) + " more");
    }
  }

  private static String cause(StatusReport.LastCommit commit) {
    return switch (commit.cause()) {
      case START -> "the start";
      case SOURCE -> "news of the source";
      case ADDRESSES -> "other addresses of this host";
      case DRIFT -> "what others did to our rules";
      case RETRY -> "an earlier failure";
    };
  }

  private String ago(@Nullable Instant then, String never) {
    return then == null ? never : age(then) + " ago";
  }

  private String age(Instant then) {
    Duration age = Duration.between(then, now);
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }

  private void line(String label, String value) {
    String head = label.isEmpty() ? "" : label + ":";
    text.append(String.format(Locale.ROOT, "%-16s%s\n", head, value));
  }
}
