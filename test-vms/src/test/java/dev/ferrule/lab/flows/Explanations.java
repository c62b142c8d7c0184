// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.agent.commands.FerruleCommand;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NamespaceThread;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks {@code ferrule explain} about flows that were tried with packets: whatever the packets did
 * is what it must say.
 */
final class Explanations implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEW = 3;

  /** {@code -Dferrule.flows.send=true} lets explain follow a packet too, 0.2 s for each flow. */
  private static final boolean SEND = Boolean.getBoolean("ferrule.flows.send");

  private final Applier.Place place;
  private final Trial trial;
  private final NamespaceThread node;

  /** {@code trial} sends some more packets for what depends on the client. */
  Explanations(Applier.Place place, Trial trial) {
    this.place = place;
    this.trial = trial;
    this.node = NamespaceThread.enter(place.node());
  }

  /** Empty if it says what became of the flow, which is as expected. */
  Optional<String> complaint(Flow flow) {
    JsonNode said = ask(flow);
    if (!said.path("kernel").path("agrees").asBoolean()) {
      return Optional.of("explain says the kernel disagrees: " + said);
    }
    if (said.at("/packet/sent").asBoolean() && !said.at("/packet/agrees").asBoolean()) {
      return Optional.of("explain sent a packet, and it disagrees: " + said);
    }
    if (said.has("remarks")) {
      return Optional.of("explain remarks " + said.path("remarks"));
    }
    String verdict = said.path("verdict").asText();
    if (flow.expect() instanceof Expectation.Plain plain) {
      return verdict.equalsIgnoreCase(plain.name())
          ? Optional.empty()
          : Optional.of("explain says " + verdict + ", and it was " + plain);
    }
    Expectation.Dnat dnat = (Expectation.Dnat) flow.expect();
    Map<String, Boolean> masquerade = new TreeMap<>();
    Map<String, Double> shares = new TreeMap<>();
    for (JsonNode endpoint : said.path("endpoints")) {
      String target = Target.of(endpoint.path("address").asText(), endpoint.path("port").asText());
      masquerade.put(target, endpoint.path("masquerade").asBoolean());
      shares.put(target, endpoint.path("probability").asDouble());
    }
    if (!verdict.equals("dnat") || !right(flow, dnat, shares)) {
      return Optional.of("explain says " + verdict + " to " + shares + ", and it was " + dnat);
    }
    Map<String, Boolean> seen = new TreeMap<>(masquerade);
    dnat.masquerade().forEach((target, masqueraded) -> seen.replace(target, masqueraded));
    boolean same = seen.equals(masquerade);
    return same
        ? Optional.empty()
        : Optional.of(
            "explain says masquerade " + masquerade + ", and it was " + dnat.masquerade());
  }

  private boolean right(Flow flow, Expectation.Dnat dnat, Map<String, Double> shares) {
    if (dnat.choice() != Expectation.Choice.RANDOM) {
      Set<String> sent = Outcome.targets(trial.send(flow, FEW).translated(dnat.targets()));
      return shares.keySet().equals(sent);
    }
    int all = dnat.targets().stream().mapToInt(t -> dnat.weights().getOrDefault(t, 1)).sum();
    Map<String, Double> due = new TreeMap<>();
    dnat.targets().forEach(t -> due.put(t, dnat.weights().getOrDefault(t, 1) / (double) all));
    return new TreeSet<>(shares.keySet()).equals(new TreeSet<>(due.keySet()))
        && shares.entrySet().stream()
            .allMatch(s -> Math.abs(s.getValue() - due.getOrDefault(s.getKey(), 0.0)) < 1e-9);
  }

  private JsonNode ask(Flow flow) {
    String host = flow.to().contains(":") ? "[" + flow.to() + "]" : flow.to();
    List<String> words = new ArrayList<>();
    words.addAll(List.of("explain", SEND ? "--send" : "--live", "--output", "json"));
    words.addAll(List.of("--config", place.config().toString()));
    words.addAll(List.of("--manifests", place.manifests().toString()));
    if (!flow.in().isEmpty()) {
      words.addAll(List.of("--in-interface", flow.in()));
    }
    words.addAll(List.of(flow.from(), host + ":" + flow.port() + "/" + flow.protocol()));
    StringWriter text = new StringWriter();
    try {
      int exit =
          node.call(
              () -> FerruleCommand.execute(new PrintWriter(text), words.toArray(String[]::new)));
      if (exit != 0) {
        throw new LabException("explain " + words + " exits " + exit);
      }
      return JSON.readTree(text.toString());
    } catch (LabException e) {
      throw e;
    } catch (Exception e) {
      throw new LabException("could not ask explain " + words, e);
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
