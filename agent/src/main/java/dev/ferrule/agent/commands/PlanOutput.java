// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.NftScript;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.diff.XtScripts;
import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.plan.Plan;
import dev.ferrule.rules.plan.PlanText;
import dev.ferrule.rules.plan.Planner;
import dev.ferrule.rules.plan.Sign;
import java.util.Locale;

/** The ways to print changes. */
enum PlanOutput {
  TEXT,
  JSON,
  NFT,
  IPTABLES;

  private static final String NOTHING = "# No changes: the kernel holds what is wanted.\n";

  /**
   * The changes as text.
   *
   * @param desired where the changes lead to
   */
  String render(Changes changes, DesiredState desired, boolean colour) {
    Plan plan = Planner.plan(changes, desired.forwarding());
    return switch (this) {
      case TEXT -> PlanText.of(plan, colour);
      case JSON -> json(plan) + "\n";
      case NFT -> script(changes, desired);
      case IPTABLES -> restoreInput(changes, desired);
    };
  }

  private static String restoreInput(Changes changes, DesiredState desired) {
    if (!(desired.rendering() instanceof Rendering.Iptables)) {
      throw new CommandFailure("--output iptables is for mode iptables; use --output nft");
    }
    StringBuilder text = new StringBuilder();
    for (IpFamily family : IpFamily.values()) {
      RestoreScript script = XtScripts.of(family, changes);
      if (!script.isEmpty()) {
        text.append("# Carried out by: ")
            .append(family == IpFamily.IPV4 ? "iptables" : "ip6tables")
            .append("-restore --noflush -w 5 FILE\n")
            .append(script.text());
      }
    }
    return text.isEmpty() ? NOTHING : text.toString();
  }

  private static String script(Changes changes, DesiredState desired) {
    if (!(desired.rendering() instanceof Rendering.Nftables)) {
      throw new CommandFailure("--output nft is for mode nftables; use --output iptables");
    }
    if (changes.isEmpty()) {
      return NOTHING;
    }
    String head = "# Carried out as a whole by: nft -f FILE\n";
    boolean writesTables = changes.list().stream().anyMatch(Change.TableWritten.class::isInstance);
    if (writesTables || !NftScript.needsWholeTable(changes)) {
      return head + NftScript.of(changes.transaction());
    }
    return head
        + "# nft 1.0.6 cannot add these rules to a table that is there, so the script writes it\n"
        + "# anew. Clients with session affinity are forgotten, which apply would not do.\n"
        + NftScript.of(desired.rewrite(KernelState.NONE, "by script").transaction());
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
