// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import dev.ferrule.agent.show.Columns;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report for people. */
public final class TopText {

  private static final int SHARES_FOLDED = 5;

  private TopText() {}

  /**
   * A line about all, and a table.
   *
   * @param endpoints a line for each endpoint instead of all shares in one cell
   * @param zone of the time that is told
   */
  public static String of(TopReport report, boolean endpoints, ZoneId zone) {
    String head =
        String.format(
            Locale.ROOT,
            "%s  %s new connections a second, %d Service port%s, over %.1f s\n",
            DateTimeFormatter.ISO_LOCAL_TIME.format(
                report.at().truncatedTo(ChronoUnit.SECONDS).atZone(zone)),
            rate(report.perSecond()),
            report.ports(),
            report.ports() == 1 ? "" : "s",
            report.interval().toNanos() / 1e9);
    Columns table = new Columns();
    String last = endpoints ? "ENDPOINT" : "SHARES";
    table.add(List.of("NAMESPACE", "NAME", "PORT", "NEW/S", last));
    for (TopReport.Row row : report.rows()) {
      table.add(cells(row, endpoints ? "" : shares(report, row)));
      if (endpoints) {
        row.endpoints().forEach(share -> table.add(cells(share)));
        if (row.moreEndpoints() > 0) {
          table.add(List.of("", "", "", "", "... and " + row.moreEndpoints() + " more"));
        }
      }
    }
    return head + table.text().replaceAll(" +\n", "\n");
  }

  private static List<String> cells(TopReport.Row row, String last) {
    return List.of(
        row.port().service().namespace(),
        row.port().service().name(),
        row.port().port().isEmpty() ? "-" : row.port().port(),
        rate(row.perSecond()),
        last);
  }

  private static List<String> cells(TopReport.Share share) {
    return List.of("", "", "", rate(share.perSecond()), share.endpoint() + " " + percent(share));
  }

  /** Those of the busiest endpoints; how evenly they are spread is seen at a glance. */
  private static String shares(TopReport report, TopReport.Row row) {
    if (row.endpoints().isEmpty()) {
      return report.byEndpoint() && row.perSecond() == 0 ? "" : "-";
    }
    int more = row.endpoints().size() + row.moreEndpoints() - SHARES_FOLDED;
    return row.endpoints().stream()
            .limit(SHARES_FOLDED)
            .map(TopText::percent)
            .collect(Collectors.joining(" "))
        + (more > 0 ? " +" + more : "");
  }

  private static String percent(TopReport.Share share) {
    return Math.round(share.part() * 100) + "%";
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%.1f", perSecond);
  }
}
