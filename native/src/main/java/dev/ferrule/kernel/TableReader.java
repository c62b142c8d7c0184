// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SetDeclaration.Flag;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.nftables.TableState.SetState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads our table back. The kernel lists each kind of object on its own, so a commit of another
 * program may fall in between: the generation number tells, and the reading starts again.
 */
final class TableReader {

  /** Each attempt takes some 0.1 s with a large table. */
  private static final int ATTEMPTS = 10;

  private final NftablesRequest request;
  private final IpFamily family;

  TableReader(NftablesRequest request, IpFamily family) {
    this.request = request;
    this.family = family;
  }

  /** The part of a reading that may be interrupted: empty if it was. */
  private interface Attempt<T> {
    Optional<T> read() throws KernelException;
  }

  /** The table; empty if there is none. */
  Optional<TableState> table() throws KernelException {
    return undisturbed(this::readTable);
  }

  /** The rules by their handles, which tell them apart in trace events. */
  Map<Long, Rule> rules() throws KernelException {
    return undisturbed(
        () -> {
          Map<Long, Rule> rules = new HashMap<>();
          boolean complete = readRules((handle, chain, rule) -> rules.put(handle, rule));
          return complete ? Optional.of(rules) : Optional.empty();
        });
  }

  /** The elements of a dynamic map. */
  List<RememberedClient> remembered(SetDeclaration declaration) throws KernelException {
    return undisturbed(() -> readRemembered(declaration));
  }

  private <T> T undisturbed(Attempt<T> attempt) throws KernelException {
    for (int i = 0; i < ATTEMPTS; i++) {
      int generation = request.generation();
      Optional<T> result;
      try {
        result = attempt.read();
      } catch (KernelException e) {
        if (e.errno() == Errno.ENOENT && request.generation() != generation) {
          continue; // a set that was listed was gone when its elements were asked for
        }
        throw e;
      }
      if (result.isPresent() && request.generation() == generation) {
        return result.get();
      }
    }
    throw KernelException.of(
        "read table " + NfTables.familyName(family) + " " + TableState.NAME,
        Errno.EINTR,
        "other programs keep changing nf_tables rules; try again");
  }

  private Optional<Optional<TableState>> readTable() throws KernelException {
    if (!request.hasTable(family)) {
      return Optional.of(Optional.empty());
    }
    List<SetDeclaration> declarations = new ArrayList<>();
    SortedMap<String, Chain> chains = new TreeMap<>();
    Map<String, List<Rule>> rules = new HashMap<>();
    SortedMap<String, SetState> sets = new TreeMap<>();
    boolean complete =
        readDeclarations(declarations)
            && readRules((handle, chain, rule) -> add(rules, chain, rule))
            && readChains(rules, chains);
    for (SetDeclaration declaration : declarations) {
      Map<ElementKey, Element> elements = new HashMap<>();
      complete = complete && (declaration.has(Flag.DYNAMIC) || readElements(declaration, elements));
      sets.put(declaration.name(), new SetState(declaration, elements));
    }
    return complete
        ? Optional.of(Optional.of(new TableState(family, sets, chains)))
        : Optional.empty();
  }

  /** Sets without a name belong to a rule that is not ours, and come and go with it. */
  private boolean readDeclarations(List<SetDeclaration> declarations) throws KernelException {
    return request.dump(
        NfTables.NFT_MSG_GETSET,
        family,
        "the sets",
        out -> out.text(NfTables.NFTA_SET_TABLE, TableState.NAME),
        message -> {
          SetCodec.Found found = SetCodec.read(message.attributes(4));
          if (found.table().equals(TableState.NAME) && !found.anonymous()) {
            declarations.add(found.declaration());
          }
        });
  }

  private boolean readChains(Map<String, List<Rule>> rules, SortedMap<String, Chain> chains)
      throws KernelException {
    return request.dump(
        NfTables.NFT_MSG_GETCHAIN,
        family,
        "the chains",
        out -> out.text(NfTables.NFTA_CHAIN_TABLE, TableState.NAME),
        message -> {
          Chain chain = ChainReader.read(message.attributes(4), rules);
          if (chain != null) {
            chains.put(chain.name(), chain);
          }
        });
  }

  /** Takes each rule of our table. */
  interface TakeRule {
    void rule(long handle, String chain, Rule rule);
  }

  private static void add(Map<String, List<Rule>> rules, String chain, Rule rule) {
    rules.computeIfAbsent(chain, name -> new ArrayList<>()).add(rule);
  }

  private boolean readRules(TakeRule take) throws KernelException {
    return request.dump(
        NfTables.NFT_MSG_GETRULE,
        family,
        "the rules",
        out -> out.text(NfTables.NFTA_RULE_TABLE, TableState.NAME),
        message -> readRule(family, message.attributes(4), take));
  }

  static void readRule(IpFamily family, AttributeReader in, TakeRule take) {
    String table = "";
    String chain = "";
    long handle = 0;
    List<Expression> expressions = List.of();
    while (in.next()) {
      switch (in.type()) {
        case NfTables.NFTA_RULE_TABLE -> table = in.text();
        case NfTables.NFTA_RULE_CHAIN -> chain = in.text();
        case NfTables.NFTA_RULE_HANDLE -> handle = in.u64();
        case NfTables.NFTA_RULE_EXPRESSIONS -> expressions = ExpressionReader.readAll(in.nested());
        default -> {}
      }
    }
    if (table.equals(TableState.NAME)) {
      take.rule(handle, chain, RuleDecoder.decode(family, expressions));
    }
  }

  private boolean readElements(SetDeclaration declaration, Map<ElementKey, Element> elements)
      throws KernelException {
    if (declaration.key().isEmpty()) {
      return true; // of types that none of our sets has
    }
    boolean ranges = declaration.has(Flag.INTERVAL) && declaration.key().size() == 1;
    RangeJoiner joiner = ranges ? new RangeJoiner() : null;
    boolean complete = readEach(declaration, reader -> collect(reader, joiner, elements));
    if (joiner != null) {
      elements.putAll(joiner.join());
    }
    return complete;
  }

  static void collect(
      ElementReader reader, @Nullable RangeJoiner joiner, Map<ElementKey, Element> elements) {
    if (joiner == null) {
      Element element = reader.element();
      elements.put(element.key(), element);
    } else if (reader.isIntervalEnd()) {
      joiner.end(reader.key());
    } else {
      joiner.start(reader.element());
    }
  }

  /**
   * Hands over every element of a set with its counter.
   *
   * @return false if changes interrupted it: some may be missing, or come twice
   */
  boolean counted(SetDeclaration declaration, Consumer<CountedElement> take)
      throws KernelException {
    return readEach(declaration, reader -> take.accept(reader.counted()));
  }

  /** The same for some elements, each of which must be there. */
  void counted(SetDeclaration declaration, List<ElementKey> keys, Consumer<CountedElement> take)
      throws KernelException {
    ElementReader reader = new ElementReader(declaration);
    request.get(
        NfTables.NFT_MSG_GETSETELEM,
        family,
        "elements of " + declaration.name(),
        out -> ElementWriter.keys(out, declaration, keys),
        message -> readEach(message.attributes(4), reader, read -> take.accept(read.counted())));
  }

  private Optional<List<RememberedClient>> readRemembered(SetDeclaration declaration)
      throws KernelException {
    Map<Bytes, RememberedClient> clients = new HashMap<>();
    boolean complete =
        readEach(declaration, reader -> clients.put(reader.key(), reader.remembered()));
    return complete ? Optional.of(List.copyOf(clients.values())) : Optional.empty();
  }

  /** Takes the element that was just read. */
  interface Take {
    void element(ElementReader reader);
  }

  private boolean readEach(SetDeclaration declaration, Take take) throws KernelException {
    ElementReader reader = new ElementReader(declaration);
    return request.dump(
        NfTables.NFT_MSG_GETSETELEM,
        family,
        "the elements of " + declaration.name(),
        out -> {
          out.text(NfTables.NFTA_SET_ELEM_LIST_TABLE, TableState.NAME);
          out.text(NfTables.NFTA_SET_ELEM_LIST_SET, declaration.name());
        },
        message -> readEach(message.attributes(4), reader, take));
  }

  static void readEach(AttributeReader in, ElementReader reader, Take take) {
    while (in.next()) {
      if (in.type() == NfTables.NFTA_SET_ELEM_LIST_ELEMENTS) {
        AttributeReader list = in.nested();
        while (list.next()) {
          if (reader.read(list.nested())) {
            take.element(reader);
          }
        }
      }
    }
  }
}
