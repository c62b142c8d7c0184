// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.NftScript;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.plan.Plan;
import dev.ferrule.rules.plan.PlanText;
import dev.ferrule.rules.plan.Sign;
import java.util.Locale;

/** The ways to print changes. */
enum PlanOutput {
  TEXT,
  JSON,
  NFT,
  IPTABLES;

  String render(Changes changes, Plan plan, boolean colour) {
    return switch (this) {
      case TEXT -> PlanText.of(plan, colour);
      case JSON -> json(plan) + "\n";
      case NFT -> script(changes.transaction());
      case IPTABLES ->
          throw new CommandFailure(
              "--output iptables needs mode iptables, which is not there yet; use --output nft");
    };
  }

  private static String script(Transaction transaction) {
    return transaction.isEmpty()
        ? "# No changes: the kernel holds what is wanted.\n"
        : "# Carried out as a whole by: nft -f FILE\n" + NftScript.of(transaction);
  }

  private static String json(Plan plan) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    ArrayNode groups = root.putArray("groups");
    for (Plan.Group group : plan.groups()) {
      ObjectNode json = groups.addObject();
      json.put("service", group.service());
      json.put("action", word(group.sign()));
      json.put("reason", group.reason());
      ArrayNode objects = json.putArray("objects");
      for (Plan.Line line : group.lines()) {
        objects
            .addObject()
            .put("action", word(line.sign()))
            .put("family", line.family())
            .put("object", line.object())
            .put("name", line.name())
            .put("before", line.before())
            .put("after", line.after());
      }
    }
    ObjectNode summary = root.putObject("summary");
    ObjectNode services = summary.putObject("services");
    ObjectNode objects = summary.putObject("objects");
    for (Sign sign : Sign.values()) {
      services.put(word(sign), plan.services(sign));
      objects.put(word(sign), plan.objects(sign));
    }
    try {
      return mapper.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan always has a JSON form", e);
    }
  }

  private static String word(Sign sign) {
    return sign.name().toLowerCase(Locale.ROOT);
  }
}
