// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementAddress;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One packet's way through the chains of one table. */
final class Walk {

  /** As deep as the kernel lets chains jump ({@code NFT_JUMP_STACK_SIZE}). */
  private static final int MAX_DEPTH = 16;

  /** What a chain says in the end. */
  enum Ruling {
    ACCEPT,
    DROP,
    REJECT
  }

  /** What a statement makes of the packet. */
  private sealed interface Effect {

    /** The next statement is asked. */
    enum Plain implements Effect {
      MATCHED,
      /** The next rule is asked. */
      NOT_MATCHED
    }

    record Ruled(Ruling ruling) implements Effect {}

    record Jumped(String chain) implements Effect {}

    record WentTo(String chain) implements Effect {}
  }

  private final TableState table;
  private final IpFamily family;
  private final Contents contents;
  private final Packet packet;
  private final Draws draws;
  private final List<Step> path = new ArrayList<>();
  private List<Step.Found> found = new ArrayList<>();

  Walk(TableState table, Contents contents, Packet packet, Draws draws) {
    this.table = table;
    this.family = table.family();
    this.contents = contents;
    this.packet = packet;
    this.draws = draws;
  }

  List<Step> path() {
    return path;
  }

  /** Asks a base chain. */
  Ruling ask(Chain base) throws LostException {
    Ruling ruling = follow(base, 0);
    return ruling == null ? Ruling.ACCEPT : ruling;
  }

  /** What the chain says; null if it comes to its end. */
  private @Nullable Ruling follow(Chain chain, int depth) throws LostException {
    for (Rule rule : chain.rules()) {
      Effect effect = apply(chain, rule);
      if (effect instanceof Effect.Ruled ruled) {
        return ruled.ruling();
      } else if (effect instanceof Effect.WentTo to) {
        return follow(chain(to.chain(), depth), depth + 1);
      } else if (effect instanceof Effect.Jumped to) {
        Ruling ruling = follow(chain(to.chain(), depth), depth + 1);
        if (ruling != null) {
          return ruling;
        }
      }
    }
    return null;
  }

  private Chain chain(String name, int depth) throws LostException {
    Chain chain = table.chains().get(name);
    if (chain == null) {
      throw new LostException("there is no chain " + name);
    }
    if (depth >= MAX_DEPTH) {
      throw new LostException("chains lead on and on");
    }
    return chain;
  }

  private Effect apply(Chain chain, Rule rule) throws LostException {
    found = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      Effect effect = apply(statement);
      if (effect == Effect.Plain.NOT_MATCHED) {
        return effect;
      }
      if (effect != Effect.Plain.MATCHED) {
        path.add(new Step(chain, rule, found));
        return effect;
      }
    }
    path.add(new Step(chain, rule, found));
    return Effect.Plain.MATCHED;
  }

  private Effect apply(Statement statement) throws LostException {
    if (statement instanceof Statement.InSet in) {
      return matched((lookUp(in.key(), in.set()) != null) != in.negated());
    } else if (statement instanceof Statement.ProtocolIs is) {
      return matched(packet.protocol() == is.protocol());
    } else if (statement instanceof Statement.SourceIsNode is) {
      return matched(packet.isFromNode() != is.negated());
    } else if (statement instanceof Statement.ConnectionIsTranslated) {
      return matched(packet.translatedTo() != null);
    } else if (statement instanceof Statement.ConnectionIsNew
        || statement instanceof Statement.IsFromClient) {
      return Effect.Plain.MATCHED; // it is the first packet
    } else if (statement instanceof Statement.ConnectionIsInvalid) {
      return Effect.Plain.NOT_MATCHED;
    } else if (statement instanceof Statement.ArrivesOn on) {
      return matched(matches(on.interfaces()) != on.negated());
    } else if (statement instanceof Statement.LacksTcpFlags lacks) {
      // Only SYN is set in a first packet.
      return matched(
          packet.protocol() == Protocol.TCP
              && !Set.of(Statement.TcpFlag.SYN).containsAll(lacks.flags()));
    } else if (statement instanceof Statement.VerdictFrom from) {
      return verdict(lookUp(from.key(), from.map()));
    } else if (statement instanceof Statement.TranslateTo to) {
      return translate(lookUp(to.key(), to.map()));
    } else if (statement instanceof Statement.Remember) {
      return Effect.Plain.MATCHED;
    } else if (statement instanceof Statement.Masquerade) {
      packet.masquerade();
      return new Effect.Ruled(Ruling.ACCEPT);
    } else if (statement instanceof Statement.Drop) {
      return new Effect.Ruled(Ruling.DROP);
    } else if (statement instanceof Statement.Reject
        || statement instanceof Statement.ResetConnection) {
      return new Effect.Ruled(Ruling.REJECT);
    } else if (statement instanceof Statement.Jump jump) {
      return new Effect.Jumped(jump.chain());
    } else if (statement instanceof Statement.Goto to) {
      return new Effect.WentTo(to.chain());
    } else if (statement instanceof Statement.Foreign foreign) {
      throw new LostException("a rule that is not ours: " + foreign.expressions());
    }
    throw new IllegalStateException("no way to follow " + statement);
  }

  private static Effect matched(boolean yes) {
    return yes ? Effect.Plain.MATCHED : Effect.Plain.NOT_MATCHED;
  }

  private boolean matches(PodInterface interfaces) {
    return interfaces.matches(packet.inInterface());
  }

  private static Effect verdict(@Nullable Element element) {
    if (element == null) {
      return Effect.Plain.NOT_MATCHED;
    }
    return element.value() instanceof ElementValue.GotoChain to
        ? new Effect.WentTo(to.chain())
        : new Effect.Ruled(Ruling.DROP);
  }

  private Effect translate(@Nullable Element element) {
    Backend backend = element == null ? null : ElementAddress.backend(family, element);
    if (backend == null) {
      return Effect.Plain.NOT_MATCHED;
    }
    packet.translate(backend);
    return new Effect.Ruled(Ruling.ACCEPT);
  }

  /** The element for the packet's key; a random one if the key holds a random number. */
  private @Nullable Element lookUp(List<Operand> operands, String set) throws LostException {
    List<Bytes> keys = KeyBuilder.keys(operands, family, packet);
    Element element = keys.size() == 1 ? contents.find(set, keys.get(0)) : drawn(set, keys);
    if (element != null) {
      found.add(new Step.Found(set, NftText.element(contents.declaration(set), element)));
    }
    return element;
  }

  /** Keys that lead to the same value are one way. */
  private @Nullable Element drawn(String set, List<Bytes> keys) throws LostException {
    Map<Optional<ElementValue>, Integer> counts = new LinkedHashMap<>();
    Map<Optional<ElementValue>, Element> examples = new LinkedHashMap<>();
    for (Bytes key : keys) {
      Element element = contents.find(set, key);
      Optional<ElementValue> value = Optional.ofNullable(element).map(Element::value);
      counts.merge(value, 1, Integer::sum);
      if (element != null) {
        examples.putIfAbsent(value, element);
      }
    }
    List<Optional<ElementValue>> ways = List.copyOf(counts.keySet());
    List<Share> shares =
        counts.values().stream().map(count -> new Share(count, keys.size())).toList();
    return examples.get(ways.get(draws.draw(shares)));
  }
}
