// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.Drift;
import java.util.List;

/** What other programs did to our rules. */
final class DriftSection {

  private DriftSection() {}

  /**
   * Writes it.
   *
   * @param drifts the latest last
   * @param repairs how many there were, with those that are not known any more
   */
  static void write(Html html, List<Drift> drifts, long repairs, Ages ages) {
    html.markup("<section id=\"drift\" data-live>\n<h2>Changes by others</h2>\n");
    if (drifts.isEmpty()) {
      html.markup("<p>No other program has changed our rules.</p>\n</section>\n");
      return;
    }
    html.markup("<table>\n<thead><tr><th>When</th><th>Who</th><th>What was different</th>")
        .markup("<th class=\"number\">Put right after</th></tr></thead>\n<tbody>\n");
    for (int i = drifts.size() - 1; i >= 0; i--) {
      Drift drift = drifts.get(i);
      html.markup("<tr><td>")
          .markup(ages.time(drift.at()))
          .markup("</td><td>")
          .text(drift.author())
          .markup("</td><td>")
          .text(drift.what())
          .markup("</td><td class=\"number\">")
          .markup(Ages.precise(drift.after()))
          .markup("</td></tr>\n");
    }
    html.markup("</tbody></table>\n");
    if (repairs > drifts.size()) {
      html.markup("<p>").number(repairs - drifts.size()).markup(" earlier ones.</p>\n");
    }
    html.markup("</section>\n");
  }
}
