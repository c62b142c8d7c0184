// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders changes so that the kernel accepts each step: what is referred to comes before what refers
 * to it and goes after it, and an element that changes goes before it comes again.
 */
final class TransactionBuilder {

  private final List<Operation> tables = new ArrayList<>();
  private final List<Operation> newSets = new ArrayList<>();
  private final List<Operation> newChains = new ArrayList<>();
  private final List<Operation> flushedChains = new ArrayList<>();
  private final List<Operation> rules = new ArrayList<>();
  private final Map<SetOf, List<ElementKey>> deleted = new LinkedHashMap<>();
  private final Map<SetOf, List<Element>> added = new LinkedHashMap<>();
  private final List<Operation> oldChains = new ArrayList<>();
  private final List<Operation> oldSets = new ArrayList<>();

  private record SetOf(IpFamily family, SetDeclaration declaration) {}

  private TransactionBuilder() {}

  static Transaction build(List<Change> changes) {
    TransactionBuilder builder = new TransactionBuilder();
    Set<IpFamily> written = EnumSet.noneOf(IpFamily.class);
    for (Change change : changes) {
      if (change instanceof Change.TableWritten table) {
        written.add(table.family());
        builder.writeTable(table);
      }
    }
    for (Change change : changes) {
      if (!written.contains(change.family())) {
        builder.apply(change);
      }
    }
    return builder.transaction();
  }

  private void writeTable(Change.TableWritten change) {
    TableState table = change.desired();
    IpFamily family = change.family();
    if (change.reason() != null) {
      // Added first, since deleting a table that somebody else has just removed would fail.
      tables.add(new Operation.AddTable(family));
      tables.add(new Operation.DeleteTable(family));
    }
    tables.add(new Operation.AddTable(family));
    for (TableState.SetState set : table.sets().values()) {
      newSets.add(new Operation.AddSet(family, set.declaration()));
      if (!set.elements().isEmpty()) {
        added.put(new SetOf(family, set.declaration()), new ArrayList<>(set.elements().values()));
      }
    }
    table.chains().values().forEach(chain -> addChain(family, chain));
  }

  private void apply(Change change) {
    IpFamily family = change.family();
    if (change instanceof Change.SetAdded set) {
      newSets.add(new Operation.AddSet(family, set.declaration()));
    } else if (change instanceof Change.SetRemoved set) {
      oldSets.add(new Operation.DeleteSet(family, set.declaration()));
    } else if (change instanceof Change.ChainAdded chain) {
      addChain(family, chain.chain());
    } else if (change instanceof Change.ChainRemoved chain) {
      flushedChains.add(new Operation.FlushChain(family, chain.chain().name()));
      oldChains.add(new Operation.DeleteChain(family, chain.chain().name()));
    } else if (change instanceof Change.ChainChanged chain) {
      flushedChains.add(new Operation.FlushChain(family, chain.after().name()));
      addRules(family, chain.after());
    } else if (change instanceof Change.ElementChanged element) {
      SetOf set = new SetOf(family, element.declaration());
      if (element.before() != null) {
        deleted.computeIfAbsent(set, s -> new ArrayList<>()).add(element.before().key());
      }
      if (element.after() != null) {
        added.computeIfAbsent(set, s -> new ArrayList<>()).add(element.after());
      }
    }
  }

  private void addChain(IpFamily family, Chain chain) {
    newChains.add(new Operation.AddChain(family, chain));
    addRules(family, chain);
  }

  private void addRules(IpFamily family, Chain chain) {
    for (Rule rule : chain.rules()) {
      rules.add(new Operation.AddRule(family, chain.name(), rule));
    }
  }

  private Transaction transaction() {
    List<Operation> operations = new ArrayList<>(tables);
    operations.addAll(newSets);
    operations.addAll(newChains);
    operations.addAll(flushedChains);
    operations.addAll(rules);
    deleted.forEach(
        (set, keys) ->
            operations.add(new Operation.DeleteElements(set.family(), set.declaration(), keys)));
    added.forEach(
        (set, elements) ->
            operations.add(new Operation.AddElements(set.family(), set.declaration(), elements)));
    operations.addAll(oldChains);
    operations.addAll(oldSets);
    return new Transaction(operations);
  }
}
