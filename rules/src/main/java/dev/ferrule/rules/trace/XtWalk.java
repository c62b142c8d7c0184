// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A packet on its way through our chains; it can be split in two where chance decides. */
final class XtWalk {

  /** As deep as nf_tables lets chains jump (NFT_JUMP_STACK_SIZE). */
  private static final int MAX_DEPTH = 16;

  /** The next rule of a chain. */
  private record Place(String chain, List<XtRule> rules, int next) {}

  private final XtState state;
  private final Packet packet;
  private final Connection connection;
  private final Predicate<String> remembered;
  private final Deque<Place> places;
  private final List<XtStep> path;
  private int hook;
  private XtTable table = XtTable.NAT;
  private int mark;
  private Share share = Share.ALL;
  private @Nullable XtOutcome outcome;

  XtWalk(XtState state, Packet packet, Connection connection, Predicate<String> remembered) {
    this.state = state;
    this.packet = packet;
    this.connection = connection;
    this.remembered = remembered;
    this.places = new ArrayDeque<>();
    this.path = new ArrayList<>();
  }

  private XtWalk(XtWalk other) {
    this.state = other.state;
    this.packet = other.packet.copy();
    this.connection = other.connection;
    this.remembered = other.remembered;
    this.places = new ArrayDeque<>(other.places);
    this.path = new ArrayList<>(other.path);
    this.hook = other.hook;
    this.table = other.table;
    this.mark = other.mark;
    this.share = other.share;
  }

  /** How it ended; null if it has not. */
  @Nullable XtOutcome outcome() {
    return outcome;
  }

  /** Goes on by a rule; if chance decides on it, the other walk is where it did not match. */
  @Nullable XtWalk step() {
    Place place = places.poll();
    if (place == null) {
      enterNextHook();
      return null;
    }
    if (place.next() == place.rules().size()) {
      return null;
    }
    places.push(new Place(place.chain(), place.rules(), place.next() + 1));
    XtRule rule = place.rules().get(place.next());
    Share chance = Share.ALL;
    for (XtMatch match : rule.matches()) {
      if (match instanceof XtMatch.Chance random) {
        chance = Chances.of(random.ticks());
      } else if (!matches(match)) {
        return null;
      }
    }
    if (chance.equals(Share.NONE)) {
      return null;
    }
    XtWalk other = null;
    if (!chance.equals(Share.ALL)) {
      other = new XtWalk(this);
      other.share = share.times(Chances.not(chance));
      share = share.times(chance);
    }
    path.add(new XtStep(table, place.chain(), rule));
    act(rule.action());
    return other;
  }

  private void enterNextHook() {
    if (hook == 3) {
      packet.loopBack();
    }
    XtHooks.Hook next = XtHooks.at(hook++, packet);
    if (next == null) {
      Backend backend = packet.translatedTo();
      end(backend == null ? new Fate.Passed() : new Fate.Delivered(backend, packet.masqueraded()));
      return;
    }
    table = next.table();
    List<XtRule> jumps =
        state.jumps().getOrDefault(table, List.of()).stream()
            .filter(jump -> jump.builtin().equals(next.chain()))
            .map(XtState.XtJump::rule)
            .toList();
    places.push(new Place(next.chain(), jumps, 0));
  }

  private void end(Fate fate) {
    outcome = new XtOutcome(share, fate, path);
  }

  private void act(XtAction action) {
    if (action instanceof XtAction.Jump to) {
      enter(to.chain());
    } else if (action instanceof XtAction.Goto to) {
      places.pop();
      enter(to.chain());
    } else if (action instanceof XtAction.Return) {
      places.pop();
    } else if (action instanceof XtAction.Accept) {
      places.clear();
    } else if (action instanceof XtAction.Drop) {
      end(new Fate.Dropped());
    } else if (action instanceof XtAction.Reject || action instanceof XtAction.ResetConnection) {
      end(new Fate.Rejected());
    } else if (action instanceof XtAction.TranslateTo to) {
      packet.translate(to.backend());
      places.clear();
    } else if (action instanceof XtAction.SetMark set) {
      mark = (mark & ~set.mask()) ^ set.value();
    } else if (action instanceof XtAction.Masquerade) {
      packet.masquerade();
      places.clear();
    } else if (action instanceof XtAction.Foreign foreign) {
      end(new Fate.Unclear("a rule that is not ours: " + foreign.text()));
    } else {
      throw new IllegalStateException("no way to follow " + action);
    }
  }

  private void enter(String name) {
    XtChain chain = state.chains().getOrDefault(table, Map.of()).get(name);
    if (chain == null) {
      end(new Fate.Unclear("there is no chain " + name));
    } else if (path.size() > MAX_DEPTH * 16 || places.size() >= MAX_DEPTH) {
      end(new Fate.Unclear("chains lead on and on"));
    } else {
      places.push(new Place(name, chain.rules(), 0));
    }
  }

  private boolean matches(XtMatch match) {
    if (match instanceof XtMatch.Source from) {
      return from.range().contains(packet.source()) != from.negated();
    } else if (match instanceof XtMatch.Destination to) {
      return to.range().contains(packet.destination()) != to.negated();
    } else if (match instanceof XtMatch.ArrivesOn on) {
      return on.interfaces().matches(packet.inInterface()) != on.negated();
    } else if (match instanceof XtMatch.ProtocolIs is) {
      return packet.protocol() == is.protocol();
    } else if (match instanceof XtMatch.Port port) {
      return packet.protocol() == port.protocol() && isIn(packet.port(), port.first(), port.last());
    } else if (match instanceof XtMatch.NotSyn) {
      return false; // a first packet is
    } else if (match instanceof XtMatch.SourceIsNode) {
      return packet.isFromNode();
    } else if (match instanceof XtMatch.State asked) {
      return asked.states().stream().anyMatch(this::hasState) != asked.negated();
    } else if (match instanceof XtMatch.FromClient) {
      return true;
    } else if (match instanceof XtMatch.OriginalDestination to) {
      return to.range().contains(connection.to());
    } else if (match instanceof XtMatch.OriginalPort port) {
      return isIn(connection.port(), port.first(), port.last());
    } else if (match instanceof XtMatch.Mark asked) {
      return ((mark & asked.mask()) == asked.value()) != asked.negated();
    } else if (match instanceof XtMatch.SeenRecently seen) {
      return remembered.test(seen.list());
    } else if (match instanceof XtMatch.Remember) {
      return true;
    }
    throw new IllegalStateException("no way to follow " + match);
  }

  private boolean hasState(XtMatch.ConnectionState asked) {
    return switch (asked) {
      case NEW -> true;
      case DNAT -> packet.translatedTo() != null;
      case SNAT -> packet.masqueraded();
      case INVALID, RELATED, ESTABLISHED, UNTRACKED -> false;
    };
  }

  private static boolean isIn(int port, int first, int last) {
    return first <= port && port <= last;
  }
}
