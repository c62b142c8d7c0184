// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import java.util.List;

/** How long syncs took, as a histogram that reads as a table where nothing is drawn. */
final class LatencySection {

  private static final int WIDTH = 200;

  private LatencySection() {}

  static void write(Html html, List<LatencyHistogram.Bucket> buckets) {
    html.markup("<section id=\"latency\" data-live>\n<h2>How long syncs took</h2>\n");
    if (buckets.isEmpty()) {
      html.markup("<p>None so far.</p>\n</section>\n");
      return;
    }
    long most = buckets.stream().mapToLong(LatencyHistogram.Bucket::count).max().orElse(1);
    html.markup("<table class=\"histogram\">\n<thead><tr><th class=\"number\">Up to</th>")
        .markup("<th class=\"number\">Syncs</th><th></th></tr></thead>\n<tbody>\n");
    for (LatencyHistogram.Bucket bucket : buckets) {
      html.markup("<tr><td class=\"number\">")
          .markup(bucket.isOpen() ? "longer" : Ages.precise(bucket.to()))
          .markup("</td><td class=\"number\">")
          .number(bucket.count())
          .markup("</td><td>");
      if (bucket.count() > 0) {
        html.markup(
                "<svg class=\"bar\" viewBox=\"0 0 %d 12\" aria-hidden=\"true\">".formatted(WIDTH))
            .markup("<rect height=\"12\" width=\"")
            .number(Math.max(2, Math.round((double) bucket.count() / most * WIDTH)))
            .markup("\"/></svg>");
      }
      html.markup("</td></tr>\n");
    }
    html.markup("</tbody></table>\n")
        .markup("<p>From news of the source to the end of the commit, since the start.</p>\n")
        .markup("</section>\n");
  }
}
