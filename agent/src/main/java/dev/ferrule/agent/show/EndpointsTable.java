// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code get endpoints}. */
public final class EndpointsTable {

  private EndpointsTable() {}

  /** The table with its header, the endpoints of one Service a line. */
  public static String of(List<ShownService> services, TableOptions options, Instant now) {
    Columns columns = new Columns();
    columns.add(row(options, "NAMESPACE", "NAME", "ENDPOINTS", "AGE"));
    for (ShownService shown : services) {
      if (!shown.isExternalName()) {
        columns.add(
            row(
                options,
                shown.service().name().namespace(),
                shown.service().name().name(),
                EndpointList.of(shown.slices(), port -> true),
                Age.at(now, shown.service().created())));
      }
    }
    return columns.text();
  }

  private static List<String> row(
      TableOptions options, String namespace, String name, String endpoints, String age) {
    List<String> row = new ArrayList<>();
    if (options.allNamespaces()) {
      row.add(namespace);
    }
    row.addAll(List.of(name, endpoints, age));
    return row;
  }
}
