// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;

/** A report for programs, one line of JSON. */
public final class TopJson {

  private static final JsonMapper JSON = new JsonMapper();

  private TopJson() {}

  /** The report with a line end. */
  public static String of(TopReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("at", report.at().truncatedTo(ChronoUnit.MILLIS).toString());
    root.put("intervalSeconds", rounded(report.interval().toNanos() / 1e9));
    root.put("servicePorts", report.ports());
    root.put("newPerSecond", rounded(report.perSecond()));
    ArrayNode services = root.putArray("services");
    for (TopReport.Row row : report.rows()) {
      ObjectNode service = services.addObject();
      service.put("namespace", row.port().service().namespace());
      service.put("name", row.port().service().name());
      service.put("port", row.port().port());
      service.put("newPerSecond", rounded(row.perSecond()));
      if (report.byEndpoint()) {
        ArrayNode endpoints = service.putArray("endpoints");
        for (TopReport.Share share : row.endpoints()) {
          endpoints
              .addObject()
              .put("endpoint", share.endpoint().toString())
              .put("newPerSecond", rounded(share.perSecond()))
              .put("share", rounded(share.part()));
        }
        service.put("moreEndpoints", row.moreEndpoints());
      }
    }
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report can always be written", e);
    }
  }

  private static double rounded(double number) {
    return Math.round(number * 1000) / 1000.0;
  }
}
