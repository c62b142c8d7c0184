// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tables in memory that are as strict as the kernel: nothing is added twice, deleted when absent or
 * while something refers to it, or put into a full set.
 */
final class InMemoryTables {

  private static final class Table {
    final Map<String, SetDeclaration> sets = new TreeMap<>();
    final Map<String, Map<ElementKey, Element>> elements = new HashMap<>();
    final Map<String, Chain> chains = new TreeMap<>();
    final Map<String, Integer> freedInBatch = new HashMap<>();
  }

  private final Map<IpFamily, Table> tables = new EnumMap<>(IpFamily.class);

  void commit(Transaction transaction) {
    transaction.operations().forEach(this::execute);
    tables.values().forEach(this::checkReferences);
    tables.values().forEach(table -> table.freedInBatch.clear());
  }

  @Nullable TableState state(IpFamily family) {
    Table table = tables.get(family);
    if (table == null) {
      return null;
    }
    TreeMap<String, TableState.SetState> sets = new TreeMap<>();
    table.sets.forEach(
        (name, set) ->
            sets.put(
                name,
                new TableState.SetState(
                    set, new HashMap<>(table.elements.getOrDefault(name, Map.of())))));
    return new TableState(family, sets, new TreeMap<>(table.chains));
  }

  private void execute(Operation operation) {
    if (operation instanceof Operation.AddTable) {
      tables.computeIfAbsent(operation.family(), family -> new Table());
      return;
    }
    Table table = present(tables.get(operation.family()), "no table for " + operation);
    if (operation instanceof Operation.DeleteTable) {
      tables.remove(operation.family());
    } else if (operation instanceof Operation.AddSet add) {
      require(!table.sets.containsKey(add.declaration().name()), "set is there: " + add);
      table.sets.put(add.declaration().name(), add.declaration());
    } else if (operation instanceof Operation.DeleteSet delete) {
      require(table.sets.remove(delete.declaration().name()) != null, "no set: " + delete);
      table.elements.remove(delete.declaration().name());
    } else if (operation instanceof Operation.AddChain add) {
      require(!table.chains.containsKey(add.chain().name()), "chain is there: " + add);
      table.chains.put(
          add.chain().name(), new Chain(add.chain().name(), add.chain().hook(), List.of()));
    } else if (operation instanceof Operation.DeleteChain delete) {
      Chain gone = present(table.chains.remove(delete.chain()), "no chain: " + delete);
      require(gone.rules().isEmpty(), "chain with rules: " + delete);
    } else if (operation instanceof Operation.FlushChain flush) {
      Chain chain = present(table.chains.get(flush.chain()), "no chain: " + flush);
      table.chains.put(flush.chain(), new Chain(flush.chain(), chain.hook(), List.of()));
    } else if (operation instanceof Operation.AddRule add) {
      addRule(table, add.chain(), add.rule());
    } else if (operation instanceof Operation.AddElements add) {
      add.elements().forEach(element -> addElement(table, add.declaration(), element));
    } else if (operation instanceof Operation.DeleteElements delete) {
      for (ElementKey key : delete.keys()) {
        Map<ElementKey, Element> elements =
            table.elements.getOrDefault(delete.declaration().name(), Map.of());
        require(elements.containsKey(key), "no element " + key + ": " + delete);
        elements.remove(key);
        table.freedInBatch.merge(delete.declaration().name(), 1, Integer::sum);
      }
    }
  }

  private static void addRule(Table table, String name, Rule rule) {
    Chain chain = present(table.chains.get(name), "no chain " + name);
    List<Rule> rules = new ArrayList<>(chain.rules());
    rules.add(rule);
    table.chains.put(name, new Chain(name, chain.hook(), rules));
  }

  private static void addElement(Table table, SetDeclaration declaration, Element element) {
    SetDeclaration set = present(table.sets.get(declaration.name()), "no set " + declaration);
    Map<ElementKey, Element> elements =
        table.elements.computeIfAbsent(set.name(), name -> new HashMap<>());
    require(elements.put(element.key(), element) == null, "element is there: " + element);
    int used = elements.size() + table.freedInBatch.getOrDefault(set.name(), 0);
    require(set.size() == 0 || used <= set.size(), "set is full: " + set);
    require(element.key().first().length() == set.keyBytes(), "key length: " + element);
    if (element.value() instanceof ElementValue.Data data) {
      require(data.bytes().length() == set.dataBytes(), "data length: " + element);
    }
  }

  private void checkReferences(Table table) {
    for (Chain chain : table.chains.values()) {
      for (Rule rule : chain.rules()) {
        rule.statements().forEach(statement -> checkReference(table, statement));
      }
    }
    table.elements.values().stream()
        .flatMap(elements -> elements.values().stream())
        .forEach(
            element -> {
              if (element.value() instanceof ElementValue.GotoChain to) {
                require(table.chains.containsKey(to.chain()), "dangling " + element);
              }
            });
  }

  private static void checkReference(Table table, Statement statement) {
    if (statement instanceof Statement.InSet in) {
      require(table.sets.containsKey(in.set()), "no set for " + statement);
    } else if (statement instanceof Statement.VerdictFrom from) {
      require(table.sets.containsKey(from.map()), "no map for " + statement);
    } else if (statement instanceof Statement.TranslateTo to) {
      require(table.sets.containsKey(to.map()), "no map for " + statement);
    } else if (statement instanceof Statement.Jump jump) {
      require(table.chains.containsKey(jump.chain()), "no chain for " + statement);
    } else if (statement instanceof Statement.Goto to) {
      require(table.chains.containsKey(to.chain()), "no chain for " + statement);
    }
  }

  private static <T> T present(@Nullable T thing, String message) {
    if (thing == null) {
      throw new IllegalStateException(message);
    }
    return thing;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
