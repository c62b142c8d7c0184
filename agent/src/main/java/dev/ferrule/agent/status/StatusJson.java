// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.SourceState;
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
    source(root.putObject("source"), report);
    lastCommit(root, report.commit());
    pending(root, report.pending());
    root.put("failingSince", time(report.failing()));
    root.put("failedCommits", report.failures());
    drift(root.putObject("drift"), report.drift());
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
        .put("java", identity.java())
        .put("nft", identity.nft().isEmpty() ? null : identity.nft());
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report can always be written", e);
    }
  }

  private static void source(ObjectNode source, StatusReport report) {
    source.put("name", report.identity().source()).put("lastNews", time(report.news()));
    ArrayNode followed = source.putArray("followed");
    for (SourceState state : report.sources()) {
      followed
          .addObject()
          .put("what", state.what())
          .put("condition", state.condition().text())
          .put("since", time(state.since()))
          .put("lastRead", time(state.heard()))
          .put("detail", state.detail().isEmpty() ? null : state.detail());
    }
  }

  /** The field pendingSince was there first. */
  private static void pending(ObjectNode root, StatusReport.@Nullable Pending pending) {
    root.put("pendingSince", time(pending == null ? null : pending.since()));
    root.putObject("pending")
        .put("services", pending == null ? 0 : pending.services())
        .put("endpoints", pending == null ? 0 : pending.endpoints());
  }

  private static void drift(ObjectNode node, StatusReport.Repairs repairs) {
    Drift last = repairs.last();
    node.put("repairs", repairs.count()).put("last", time(last == null ? null : last.at()));
    node.put("by", last == null ? null : last.author());
    node.put("what", last == null ? null : last.what());
    node.put("fightWith", repairs.opponent().isEmpty() ? null : repairs.opponent());
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
        .put("endpoints", counts.endpoints())
        .put("tables", counts.tables())
        .put("sets", counts.sets())
        .put("elements", counts.elements());
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
