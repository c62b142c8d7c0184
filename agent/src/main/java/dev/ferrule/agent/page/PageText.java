// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.objects.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole page as HTML. Parts with {@code data-live} are those that the script replaces. */
final class PageText {

  private static final int PROBLEMS_SHOWN = 20;

  private final Html html = new Html();
  private final PageView view;
  private final Ages ages;

  private PageText(PageView view) {
    this.view = view;
    this.ages = new Ages(view.now());
  }

  static String of(PageView view) {
    PageText text = new PageText(view);
    text.write();
    return text.html.toString();
  }

  private void write() {
    Standing standing = view.standing();
    html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .text(standing.headline() + " \u00b7 " + standing.about().node() + " \u00b7 Ferrule")
        .markup("</title>\n")
        .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .markup("<link rel=\"icon\" href=\"data:,\">\n")
        .markup("<style>" + Assets.STYLE + "</style>\n</head>\n<body>\n");
    html.markup("<header><h1>Ferrule <span>on ")
        .text(standing.about().node())
        .markup("</span></h1>\n<p id=\"refresh\"><a href=\"\">Reload</a></p></header>\n<main>\n");
    standing(standing);
    problems(standing.problems());
    new ServicesSection(html, view).write();
    new CommitsSection(html, view.commits(), ages).write();
    DriftSection.write(html, view.drifts(), standing.repairs(), ages);
    LatencySection.write(html, view.latencies());
    html.markup("</main>\n<footer>Ferrule ")
        .text(standing.about().version())
        .markup(", mode ")
        .text(standing.about().mode())
        .markup(". Times are UTC.</footer>\n")
        .markup("<script>" + Assets.SCRIPT + "</script>\n</body>\n</html>\n");
  }

  private void standing(Standing standing) {
    html.markup("<section id=\"standing\" data-live class=\"")
        .markup(standing.isWell() ? "well" : "ill")
        .markup("\" role=\"status\">\n<p class=\"headline\"><strong>")
        .text(standing.headline())
        .markup("</strong> since ")
        .markup(ages.time(standing.since()))
        .text(" (" + ages.age(standing.since()) + ")")
        .markup("</p>\n<p>")
        .text(standing.explanation())
        .markup("</p>\n<dl>\n");
    fact("Last change", when(standing.committed(), "none yet"));
    fact("Last news of the source", when(standing.news(), "none yet"));
    fact("Failed commits", Long.toString(standing.failures()));
    fact("Repairs", Long.toString(standing.repairs()));
    fact("Problems", Integer.toString(standing.problems().size()));
    fact("Running since", ages.timeAndAge(standing.started()));
    fact("As of", ages.time(view.now()));
    html.markup("</dl>\n</section>\n");
  }

  private String when(@Nullable Instant then, String never) {
    return then == null ? never : ages.timeAndAge(then);
  }

  private void fact(String name, String markup) {
    html.markup("<div><dt>" + name + "</dt> <dd>" + markup + "</dd></div>\n");
  }

  private void problems(List<Problem> problems) {
    html.markup("<section id=\"problems\" data-live>\n");
    if (!problems.isEmpty()) {
      html.markup("<h2>Problems</h2>\n<ul>\n");
      problems.stream()
          .limit(PROBLEMS_SHOWN)
          .forEach(problem -> html.markup("<li>").text(problem.toString()).markup("</li>\n"));
      if (problems.size() > PROBLEMS_SHOWN) {
        html.markup("<li>and ")
            .number(problems.size() - PROBLEMS_SHOWN)
            .markup(" more; <code>ferrule status</code> counts them, the log names them</li>\n");
      }
      html.markup("</ul>\n");
    }
    html.markup("</section>\n");
  }
}
