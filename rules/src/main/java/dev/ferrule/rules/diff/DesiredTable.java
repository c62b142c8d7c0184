// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.nftables.AffinityClass;
import dev.ferrule.rules.nftables.Counting;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SharedObject;
import dev.ferrule.rules.nftables.TableLayout;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Our table in one family, kept as counts only: the frontends themselves are the shadow copy of
 * what the kernel holds, and elements are worked out anew for those that change.
 *
 * <p>Owned by one thread.
 */
public final class DesiredTable {

  private final IpFamily family;
  private final @Nullable PodInterface podInterface;
  private final Counting counting;
  private Collection<Cidr> podRanges;
  private Collection<Cidr> serviceCidrs;
  private final Map<SharedObject, Integer> uses = new HashMap<>();
  private final Set<AffinityClass> affinity = new TreeSet<>();
  private final Map<String, Integer> sizes = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** What the frontends of a first picture come to, as long as it is not complete. */
  private @Nullable Contribution loading;

  /** A table without frontends that counts nothing. */
  public DesiredTable(
      IpFamily family,
      Collection<Cidr> podRanges,
      @Nullable PodInterface podInterface,
      Collection<Cidr> serviceCidrs) {
    this(family, podRanges, podInterface, serviceCidrs, Counting.OFF);
  }

  /**
   * A table without frontends.
   *
   * @param podInterface interfaces whose packets count as Pods'; null to go by ranges
   * @param counting which maps count connections
   */
  public DesiredTable(
      IpFamily family,
      Collection<Cidr> podRanges,
      @Nullable PodInterface podInterface,
      Collection<Cidr> serviceCidrs,
      Counting counting) {
    this.family = family;
    this.counting = counting;
    this.podInterface = podInterface;
    this.podRanges = List.copyOf(podRanges);
    this.serviceCidrs = List.copyOf(serviceCidrs);
  }

  /**
   * Prepares {@link #build} while the frontends of a first picture are not all known.
   *
   * @param frontends those that are new or others since this was called last
   */
  void load(List<ForwardingTable.Change> frontends) {
    Contribution soFar = loading == null ? new Contribution(family) : loading;
    for (ForwardingTable.Change change : frontends) {
      soFar.remove(change.before());
      soFar.add(change.after());
    }
    loading = soFar;
  }

  /**
   * Everything the table is to hold for these frontends (of any family), with room to grow.
   *
   * @param frontends all; after {@link #load} those that were loaded
   */
  public TableState build(Collection<Frontend> frontends) {
    Contribution all = loading;
    loading = null;
    if (all == null) {
      all = new Contribution(family);
      frontends.forEach(all::add);
    }
    uses.clear();
    uses.putAll(all.uses());
    affinity.clear();
    for (SharedObject object : uses.keySet()) {
      if (object instanceof SharedObject.Affinity used) {
        affinity.add(used.affinity());
      }
    }
    TableState state =
        TableLayout.build(
            family, all.elements(), uses.keySet(), podRanges, podInterface, serviceCidrs, counting);
    counts.clear();
    state.sets().forEach((name, set) -> counts.put(name, set.elements().size()));
    adoptSizes(state);
    return state;
  }

  /** Takes over the room that the sets in the kernel have. */
  public void adoptSizes(TableState kernel) {
    sizes.clear();
    kernel.sets().forEach((name, set) -> sizes.put(name, set.declaration().size()));
  }

  /**
   * What the kernel must change when frontends do.
   *
   * @return never a {@link Change.TableWritten}; ask {@link #hasRoomFor} whether the kernel can
   *     take it
   */
  public Changes update(List<ForwardingTable.Change> frontends) {
    if (!frontends.isEmpty()) {
      loading = null;
    }
    Contribution before = new Contribution(family);
    Contribution after = new Contribution(family);
    for (ForwardingTable.Change change : frontends) {
      before.add(change.before());
      after.add(change.after());
    }
    List<AffinityClass> affinityBefore = List.copyOf(affinity);
    List<Change> changes = new ArrayList<>(shared(before.uses(), after.uses()));
    if (!affinityBefore.equals(List.copyOf(affinity))) {
      changes.add(
          new Change.ChainChanged(
              family, TableLayout.learn(affinityBefore), TableLayout.learn(affinity)));
    }
    TreeSet<String> sets = new TreeSet<>(before.elements().keySet());
    sets.addAll(after.elements().keySet());
    for (String set : sets) {
      elements(
          changes,
          set,
          before.elements().getOrDefault(set, Map.of()),
          after.elements().getOrDefault(set, Map.of()));
    }
    count(changes);
    return new Changes(changes);
  }

  /** What the kernel must change when the ranges of Pods or Services do. */
  public Changes updateRanges(Collection<Cidr> newPodRanges, Collection<Cidr> newServiceCidrs) {
    List<Change> changes = new ArrayList<>();
    Map<String, Map<ElementKey, Element>> before =
        TableLayout.ranges(family, podRanges, serviceCidrs);
    podRanges = List.copyOf(newPodRanges);
    serviceCidrs = List.copyOf(newServiceCidrs);
    Map<String, Map<ElementKey, Element>> after =
        TableLayout.ranges(family, podRanges, serviceCidrs);
    after.forEach(
        (set, elements) -> elements(changes, set, before.getOrDefault(set, Map.of()), elements));
    return new Changes(changes);
  }

  /** How many elements each set is to hold. */
  Map<String, Integer> elements() {
    return Map.copyOf(counts);
  }

  private List<Change> shared(Map<SharedObject, Integer> before, Map<SharedObject, Integer> after) {
    Map<SharedObject, Integer> delta = new HashMap<>(after);
    before.forEach((object, uses) -> delta.merge(object, -uses, Integer::sum));
    List<Change> changes = new ArrayList<>();
    delta.forEach(
        (object, more) -> {
          int was = uses.getOrDefault(object, 0);
          int now = was + more;
          if (now < 0) {
            throw new IllegalStateException(object + " is used " + now + " times");
          }
          if (now == 0) {
            uses.remove(object);
          } else {
            uses.put(object, now);
          }
          boolean always = object instanceof SharedObject.Pick pick && pick.chain().isMadeAhead();
          if ((was == 0) != (now == 0) && !always) {
            changes.add(change(object, now > 0));
          }
        });
    changes.sort(SharedChangeOrder.INSTANCE);
    return changes;
  }

  private Change change(SharedObject object, boolean added) {
    if (object instanceof SharedObject.Pick pick) {
      return added
          ? new Change.ChainAdded(family, pick.chain().chain(family))
          : new Change.ChainRemoved(family, pick.chain().chain(family));
    } else if (object instanceof SharedObject.Affinity used) {
      SetDeclaration set = TableLayout.affinitySet(family, used.affinity());
      if (added) {
        affinity.add(used.affinity());
        sizes.put(set.name(), set.size());
        return new Change.SetAdded(family, set);
      }
      affinity.remove(used.affinity());
      return new Change.SetRemoved(family, set);
    }
    String set = TableLayout.setOf(object);
    Element element = TableLayout.elementOf(object);
    return new Change.ElementChanged(
        family, declaration(set), added ? null : element, added ? element : null);
  }

  private void elements(
      List<Change> changes,
      String set,
      Map<ElementKey, Element> before,
      Map<ElementKey, Element> after) {
    SetDeclaration declaration = declaration(set);
    TreeMap<ElementKey, Element> keys = new TreeMap<>(before);
    keys.putAll(after);
    for (ElementKey key : keys.keySet()) {
      Element was = before.get(key);
      Element is = after.get(key);
      if (!Objects.equals(was, is)) {
        changes.add(new Change.ElementChanged(family, declaration, was, is));
      }
    }
  }

  private SetDeclaration declaration(String set) {
    return TableLayout.declaration(family, set, counting).withSize(sizes.getOrDefault(set, 0));
  }

  private void count(List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.ElementChanged element) {
        int more = (element.after() == null ? 0 : 1) - (element.before() == null ? 0 : 1);
        counts.merge(element.declaration().name(), more, Integer::sum);
      }
    }
  }

  /**
   * Whether the sets in the kernel can take changes that {@link #update} gave. Elements that go
   * free their place only after the commit.
   */
  public boolean hasRoomFor(Changes changes) {
    Map<String, Integer> leaving = new HashMap<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.ElementChanged element && element.before() != null) {
        leaving.merge(element.declaration().name(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .allMatch(
            count -> {
              int size = sizes.getOrDefault(count.getKey(), 0);
              return size == 0
                  || count.getValue() + leaving.getOrDefault(count.getKey(), 0) <= size;
            });
  }
}
