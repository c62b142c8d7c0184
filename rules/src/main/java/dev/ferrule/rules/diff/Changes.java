// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All differences, in a fixed order; carried out by one transaction. */
public record Changes(List<Change> list) {

  public static final Changes NONE = new Changes(List.of());

  public Changes {
    list = List.copyOf(list);
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  /** Whether whole tables are written and nothing else, as on the first load. */
  public boolean areWholeTables() {
    return !list.isEmpty() && list.stream().allMatch(Change.TableWritten.class::isInstance);
  }

  /** Elements of the tables that are written whole. */
  public int elementsOfWholeTables() {
    return list.stream()
        .filter(Change.TableWritten.class::isInstance)
        .flatMap(change -> ((Change.TableWritten) change).desired().sets().values().stream())
        .mapToInt(set -> set.elements().size())
        .sum();
  }

  /** These changes followed by others. */
  public Changes and(Changes others) {
    if (others.isEmpty()) {
      return this;
    }
    List<Change> both = new ArrayList<>(list);
    both.addAll(others.list);
    return new Changes(both);
  }

  /** The changes in other families than these. */
  public Changes outside(Set<IpFamily> families) {
    return families.isEmpty()
        ? this
        : new Changes(list.stream().filter(change -> !families.contains(change.family())).toList());
  }

  /** The steps that carry them out. */
  public Transaction transaction() {
    return TransactionBuilder.build(list);
  }
}
