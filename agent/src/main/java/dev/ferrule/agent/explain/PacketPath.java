// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.kernel.SeenPacket;
import dev.ferrule.kernel.TraceEvent;
import dev.ferrule.rules.explain.AnswerText;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Fate;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.PathText;
import dev.ferrule.rules.trace.Share;
import dev.ferrule.rules.trace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the way of a packet out of the kernel's trace, and compares it with what was expected. */
final class PacketPath {

  /** A rule of ours; null if it was not there when the rules were read. */
  private record Place(String chain, @Nullable Rule rule) {}

  private final Connection connection;
  private final String family;
  private final @Nullable TableState table;
  private final Map<Long, Rule> rules;

  /**
   * @param table our table; null if there is none
   * @param rules its rules by handle
   */
  PacketPath(Connection connection, @Nullable TableState table, Map<Long, Rule> rules) {
    this.connection = connection;
    this.family = NftText.family(connection.to().family());
    this.table = table;
    this.rules = rules;
  }

  /**
   * The way of the packet.
   *
   * @param packet the packet in words
   * @param outcomes what was expected
   */
  PacketReport.Followed report(String packet, List<TraceEvent> events, List<Outcome> outcomes) {
    List<TraceEvent> shown =
        events.stream()
            .filter(e -> !e.isOfTraceTable())
            .filter(e -> e.kind() == TraceEvent.Kind.RULE || e.isDrop())
            .toList();
    Fate fate = fate(events);
    List<Place> places = shown.stream().filter(this::isOurs).map(this::place).toList();
    List<Outcome> expected =
        table == null ? List.of(new Outcome(Share.ALL, new Fate.Passed(), List.of())) : outcomes;
    return new PacketReport.Followed(
        packet,
        shown.stream().map(this::line).toList(),
        fate == null ? lost(events) : AnswerText.end(fate),
        difference(expected, places, events, fate));
  }

  private boolean isOurs(TraceEvent event) {
    return event.table().equals(TableState.NAME) && event.family().equals(family);
  }

  private Place place(TraceEvent event) {
    return new Place(event.chain(), rules.get(event.rule()));
  }

  private PacketReport.Line line(TraceEvent event) {
    return new PacketReport.Line(
        event.family() + " " + event.table(),
        isOurs(event) ? chain(event.chain()) : event.chain(),
        event.rule(),
        text(event),
        event.verdict());
  }

  private String chain(String name) {
    Chain chain = table == null ? null : table.chains().get(name);
    return chain == null ? name : PathText.chain(chain);
  }

  private String text(TraceEvent event) {
    if (event.rule() == 0) {
      return "the policy of the chain";
    }
    Rule rule = isOurs(event) ? rules.get(event.rule()) : null;
    return rule == null
        ? "handle " + event.rule() + ", shown by " + listing(event)
        : NftText.rule(rule, connection.to().family());
  }

  private static String listing(TraceEvent event) {
    return "nft -a list chain " + event.family() + " " + event.table() + " " + event.chain();
  }

  /** What our rules made of the packet; null if it was not they who ended its way. */
  private @Nullable Fate fate(List<TraceEvent> events) {
    if (events.isEmpty()) {
      return null;
    }
    TraceEvent last = events.get(events.size() - 1);
    if (last.isDrop()) {
      Rule rule = isOurs(last) ? rules.get(last.rule()) : null;
      return rule == null ? null : isReject(rule) ? new Fate.Rejected() : new Fate.Dropped();
    }
    SeenPacket seen = last.isDelivery() || last.isDeparture() ? last.packet() : null;
    if (seen == null) {
      return null;
    }
    boolean same =
        seen.destination().address().equals(connection.to())
            && seen.destination().port() == connection.port();
    return same
        ? new Fate.Passed()
        : new Fate.Delivered(seen.destination(), isMasqueraded(seen, events));
  }

  /** The address that masquerade gives a packet of the node may be the one it has. */
  private boolean isMasqueraded(SeenPacket seen, List<TraceEvent> events) {
    return !seen.source().equals(connection.from())
        || events.stream()
            .filter(this::isOurs)
            .map(event -> rules.get(event.rule()))
            .anyMatch(
                rule ->
                    rule != null
                        && rule.statements().stream()
                            .anyMatch(s -> s instanceof Statement.Masquerade));
  }

  private static boolean isReject(Rule rule) {
    return rule.statements().stream()
        .anyMatch(s -> s instanceof Statement.Reject || s instanceof Statement.ResetConnection);
  }

  private static String lost(List<TraceEvent> events) {
    if (events.isEmpty()) {
      return "no rule saw it: the kernel threw it away before, or somebody else's rules took it";
    }
    TraceEvent last = events.get(events.size() - 1);
    String where = "table " + last.family() + " " + last.table() + ", chain " + last.chain();
    if (last.isDrop()) {
      return "dropped by " + where + ", which is not ours";
    }
    return "not seen any more after "
        + where
        + ": then the kernel itself threw it away, for want of a route, of forwarding"
        + " (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding) or of a source that rp_filter lets"
        + " in";
  }

  private String difference(
      List<Outcome> expected, List<Place> places, List<TraceEvent> events, @Nullable Fate fate) {
    boolean lost = fate == null && (events.isEmpty() || !events.get(events.size() - 1).isDrop());
    List<Outcome> sameEnd =
        expected.stream()
            // What passes goes where the routes say, and there may be none.
            .filter(o -> lost ? o.fate() instanceof Fate.Passed : o.fate().equals(fate))
            .toList();
    if (sameEnd.isEmpty()) {
      return "the rules say "
          + expected.stream()
              .map(o -> AnswerText.end(o.fate()))
              .distinct()
              .collect(Collectors.joining(" or "));
    }
    List<List<Place>> ways = sameEnd.stream().map(PacketPath::places).distinct().toList();
    if (ways.stream().anyMatch(way -> lost ? begins(way, places) : way.equals(places))) {
      return "";
    }
    List<Place> way = ways.get(0);
    int same = 0;
    while (same < places.size() && begins(way, places.subList(0, same + 1))) {
      same++;
    }
    return "the rules say another way: "
        + (same < way.size() ? text(way.get(same)) : "nothing more")
        + " instead of "
        + (same < places.size() ? text(places.get(same)) : "nothing more");
  }

  private static boolean begins(List<Place> way, List<Place> places) {
    return places.size() <= way.size() && way.subList(0, places.size()).equals(places);
  }

  private static List<Place> places(Outcome outcome) {
    List<Place> places = new ArrayList<>();
    for (Step step : outcome.path()) {
      places.add(new Place(step.chain().name(), step.rule()));
    }
    return places;
  }

  private String text(Place place) {
    Rule rule = place.rule();
    return place.chain()
        + ": "
        + (rule == null ? "a rule that is new" : NftText.rule(rule, connection.to().family()));
  }
}
