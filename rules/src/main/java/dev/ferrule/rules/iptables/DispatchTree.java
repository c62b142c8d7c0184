// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Chains that lead from a destination to what is done with it, so that a packet passes some 40
 * rules at most, however many Services there are. Each chain stands for the longest common prefix
 * of its keys and has a rule for every next two bits; it is made of its keys alone.
 *
 * <p>Owned by one thread.
 */
public final class DispatchTree {

  /** As many keys are told apart one by one. */
  private static final int MAX_LISTED = 8;

  /** A change of more than one key in as many is worked out for the whole tree. */
  private static final int MANY = 8;

  private final Dispatch dispatch;
  private final Prefix root;
  private final NavigableMap<FrontendKey, Leaf> leaves = new TreeMap<>(Prefix.ORDER);

  /** A tree without keys: one empty chain. */
  public DispatchTree(Dispatch dispatch, IpFamily family) {
    this.dispatch = dispatch;
    this.root = Prefix.all(family);
  }

  /** Adds a key, or puts something else in its place; null removes it. */
  public void put(FrontendKey key, @Nullable Leaf leaf) {
    if (leaf == null) {
      leaves.remove(key);
    } else {
      leaves.put(key, leaf);
    }
  }

  /** All chains. */
  public List<XtChain> chains() {
    List<XtChain> chains = new ArrayList<>();
    List<Prefix> left = new ArrayList<>(List.of(root));
    while (!left.isEmpty()) {
      Prefix prefix = left.remove(left.size() - 1);
      chains.add(chain(prefix));
      left.addAll(children(prefix));
    }
    return chains;
  }

  /**
   * Changes keys and tells which chains are different.
   *
   * @param changes what the keys lead to now; null for keys that go
   */
  public List<ChainChange> update(Map<FrontendKey, @Nullable Leaf> changes) {
    if (changes.size() > leaves.size() / MANY) {
      Map<String, XtChain> before = byName(chains());
      changes.forEach(this::put);
      return ChainChange.between(dispatch.table(), before, byName(chains()));
    }
    Map<FrontendKey, @Nullable Leaf> undo = new TreeMap<>(Prefix.ORDER);
    changes.keySet().forEach(key -> undo.put(key, leaves.get(key)));
    Set<Prefix> touched = around(changes.keySet());
    changes.forEach(this::put);
    touched.addAll(around(changes.keySet()));
    Map<String, XtChain> after = chains(touched);
    undo.forEach(this::put);
    Map<String, XtChain> before = chains(touched);
    changes.forEach(this::put);
    return ChainChange.between(dispatch.table(), before, after);
  }

  private static Map<String, XtChain> byName(List<XtChain> chains) {
    Map<String, XtChain> byName = new TreeMap<>();
    chains.forEach(chain -> byName.put(chain.name(), chain));
    return byName;
  }

  /**
   * All that can be different because of the keys: the chains on their paths, and the children of
   * those. A chain further away has the same keys as before, and so has its parent; then it was
   * there before.
   */
  private Set<Prefix> around(Collection<FrontendKey> keys) {
    Set<Prefix> around = new LinkedHashSet<>();
    Set<Prefix> onPath = new LinkedHashSet<>();
    for (FrontendKey key : keys) {
      Prefix at = root;
      while (at != null) {
        Prefix next = null;
        boolean first = onPath.add(at);
        for (Prefix child : children(at)) {
          if (first) {
            around.add(child);
          }
          if (child.contains(key)) {
            next = child;
          }
        }
        at = next;
      }
    }
    around.addAll(onPath);
    return around;
  }

  private Map<String, XtChain> chains(Set<Prefix> prefixes) {
    Map<String, XtChain> chains = new TreeMap<>();
    for (Prefix prefix : prefixes) {
      if (isThere(prefix)) {
        XtChain chain = chain(prefix);
        chains.put(chain.name(), chain);
      }
    }
    return chains;
  }

  private boolean isThere(Prefix prefix) {
    Prefix at = root;
    while (at != null && !at.equals(prefix)) {
      at = children(at).stream().filter(child -> child.contains(prefix)).findFirst().orElse(null);
    }
    return at != null;
  }

  private XtChain chain(Prefix prefix) {
    List<XtRule> rules = new ArrayList<>();
    for (NavigableMap<FrontendKey, Leaf> group : groups(prefix)) {
      if (isSingle(group)) {
        group.forEach((key, leaf) -> rules.add(dispatch.leaf(key, leaf)));
      } else {
        rules.add(dispatch.edge(prefix, common(group)));
      }
    }
    return new XtChain(dispatch.name(prefix), rules);
  }

  private List<Prefix> children(Prefix prefix) {
    return groups(prefix).stream()
        .filter(group -> !isSingle(group))
        .map(DispatchTree::common)
        .toList();
  }

  /** The keys behind each rule of the chain. */
  private List<NavigableMap<FrontendKey, Leaf>> groups(Prefix prefix) {
    NavigableMap<FrontendKey, Leaf> members =
        leaves.subMap(prefix.lowest(), true, prefix.highest(), true);
    List<NavigableMap<FrontendKey, Leaf>> groups = new ArrayList<>();
    if (isShort(members)) {
      members.keySet().forEach(key -> groups.add(leaves.subMap(key, true, key, true)));
      return groups;
    }
    int length = common(members).nextLength();
    FrontendKey last = members.lastKey();
    FrontendKey next = members.firstKey();
    while (next != null && Prefix.ORDER.compare(next, last) <= 0) {
      Prefix group = new Prefix(next, length);
      groups.add(leaves.subMap(group.lowest(), true, group.highest(), true));
      next = leaves.higherKey(group.highest());
    }
    return groups;
  }

  /** Counts no further than it must: the size of a part of the map is not known. */
  private static boolean isShort(NavigableMap<FrontendKey, Leaf> members) {
    int count = 0;
    for (FrontendKey ignored : members.keySet()) {
      if (++count > MAX_LISTED) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSingle(NavigableMap<FrontendKey, Leaf> group) {
    return group.firstKey().equals(group.lastKey());
  }

  private static Prefix common(NavigableMap<FrontendKey, Leaf> group) {
    return Prefix.common(group.firstKey(), group.lastKey());
  }
}
