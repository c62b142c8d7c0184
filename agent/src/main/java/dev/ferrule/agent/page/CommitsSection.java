// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.sync.Commit;
import java.util.List;

/** The last plans that were carried out, as diffs. */
final class CommitsSection {

  private final Html html;
  private final List<CommitLog.Entry> commits;
  private final Ages ages;

  CommitsSection(Html html, List<CommitLog.Entry> commits, Ages ages) {
    this.html = html;
    this.commits = commits;
    this.ages = ages;
  }

  void write() {
    html.markup("<section id=\"commits\" data-live>\n<h2>Last changes of the rules</h2>\n");
    if (commits.isEmpty()) {
      html.markup("<p>None: the kernel held what was wanted, or there was no commit yet.</p>\n");
    }
    commits.forEach(this::commit);
    html.markup("</section>\n");
  }

  private void commit(CommitLog.Entry commit) {
    boolean told = !commit.diff().isEmpty();
    // By its time, so that the script finds it again among newer ones.
    html.markup(told ? "<details id=\"c" : "<p id=\"c")
        .number(commit.at().toEpochMilli())
        .markup(told ? "\"><summary>" : "\" class=\"untold\">")
        .markup(ages.time(commit.at()))
        .text(" " + commit.summary() + " Because of " + cause(commit.cause()) + ", in ")
        .markup(Ages.precise(commit.took()));
    if (!told) {
      html.markup("</p>\n");
      return;
    }
    html.markup("</summary>\n<pre>");
    commit.diff().lines().forEach(this::line);
    if (commit.left() > 0) {
      html.markup("... and ").number(commit.left()).markup(" lines more\n");
    }
    html.markup("</pre></details>\n");
  }

  private void line(String line) {
    String sign = line.stripLeading();
    // Not ins and del: text browsers mark those themselves, beside the signs.
    html.markup(
            switch (sign.isEmpty() ? ' ' : sign.charAt(0)) {
              case '+' -> "<span class=\"add\">";
              case '-' -> "<span class=\"drop\">";
              default -> "<span>";
            })
        .text(line)
        .markup("</span>\n");
  }

  private static String cause(Commit.Cause cause) {
    return switch (cause) {
      case START -> "the start";
      case SOURCE -> "news of the source";
      case ADDRESSES -> "other addresses of this host";
      case DRIFT -> "what others did to our rules";
      case RETRY -> "an earlier failure";
    };
  }
}
