// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.objects.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code status -o json}: times are RFC 3339, and fields without a value are null. */
public final class StatusJson {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private StatusJson() {}

  /** The report with a line end. */
  public static String of(StatusReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("state", report.state().text());
    root.put("at", time(report.at()));
    StatusReport.Identity identity = report.identity();
    root.putObject("source").put("name", identity.source()).put("lastNews", time(report.news()));
    lastCommit(root, report.commit());
    root.put("pendingSince", time(report.pending()));
    root.put("failingSince", time(report.failing()));
    root.put("failedCommits", report.failures());
    root.putObject("drift")
        .put("repairs", report.drift().repairs())
        .put("last", time(report.drift().last()));
    ArrayNode problems = root.putArray("problems");
    for (Problem problem : report.problems()) {
      problems
          .addObject()
          .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
          .put("file", problem.file())
          .put("object", problem.object())
          .put("field", problem.field())
          .put("message", problem.message());
    }
    counts(root, report.counts());
    root.put("residentBytes", report.memory());
    root.put("pid", identity.pid());
    root.put("node", identity.node());
    root.put("started", time(report.started()));
    root.put("rules", identity.rules());
    root.putObject("versions")
        .put("ferrule", identity.version())
        .put("kernel", identity.kernel())
        .put("java", identity.java());
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report can always be written", e);
    }
  }

  private static void lastCommit(ObjectNode root, StatusReport.@Nullable LastCommit commit) {
    if (commit == null) {
      root.putNull("lastCommit");
      return;
    }
    root.putObject("lastCommit")
        .put("at", time(commit.at()))
        .put("cause", commit.word())
        .put("tookMillis", commit.took().toNanos() / 1e6)
        .put("commits", commit.commits());
  }

  private static void counts(ObjectNode root, StatusReport.@Nullable Counts counts) {
    if (counts == null) {
      root.putNull("counts");
      return;
    }
    root.putObject("counts")
        .put("services", counts.services())
        .put("frontends", counts.frontends())
        .put("endpoints", counts.endpoints());
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
