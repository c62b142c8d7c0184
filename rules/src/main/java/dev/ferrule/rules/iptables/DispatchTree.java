// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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

  /** Rules of a chain that there may be without one chain for every two bits. */
  private static final int MAX_LISTED = 8;

  /** A change of more than one key in as many is worked out for the whole tree. */
  private static final int MANY = 8;

  /**
   * Chains behind each other; what is left then is listed. nf_tables, also below iptables, takes 15
   * behind a built-in one (NFT_JUMP_STACK_SIZE), a goto counted like a jump, and a Service may need
   * four.
   */
  private static final int MAX_DEPTH = 11;

  /**
   * Where a chain stands.
   *
   * @param depth 1 for the root
   */
  private record Node(Prefix prefix, int depth) {}

  private final Dispatch dispatch;
  private final Node root;
  private final int maxDepth;
  private final NavigableMap<FrontendKey, Leaf> leaves = new TreeMap<>(Prefix.ORDER);

  /** A tree without keys: one empty chain. */
  public DispatchTree(Dispatch dispatch, IpFamily family) {
    this(dispatch, family, MAX_DEPTH);
  }

  DispatchTree(Dispatch dispatch, IpFamily family, int maxDepth) {
    this.maxDepth = maxDepth;
    this.dispatch = dispatch;
    this.root = new Node(Prefix.all(family), 1);
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
    List<Node> left = new ArrayList<>(List.of(root));
    while (!left.isEmpty()) {
      Node node = left.remove(left.size() - 1);
      chains.add(chain(node));
      left.addAll(children(node));
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
    Set<Node> touched = around(changes.keySet());
    changes.forEach(this::put);
    touched.addAll(around(changes.keySet()));
    while (true) {
      Map<Node, XtChain> after = chains(touched);
      undo.forEach(this::put);
      Map<Node, XtChain> before = chains(touched);
      List<Node> further = childrenOfThoseOnlyIn(before, after);
      changes.forEach(this::put);
      further.addAll(childrenOfThoseOnlyIn(after, before));
      if (!touched.addAll(further)) {
        return ChainChange.between(
            dispatch.table(), byName(before.values()), byName(after.values()));
      }
    }
  }

  private List<Node> childrenOfThoseOnlyIn(Map<Node, XtChain> here, Map<Node, XtChain> there) {
    List<Node> children = new ArrayList<>();
    for (Node node : here.keySet()) {
      if (!there.containsKey(node)) {
        children.addAll(children(node));
      }
    }
    return children;
  }

  private static Map<String, XtChain> byName(Collection<XtChain> chains) {
    Map<String, XtChain> byName = new TreeMap<>();
    chains.forEach(chain -> byName.put(chain.name(), chain));
    return byName;
  }

  /**
   * The chains on the paths of the keys, and the children of those. Any other chain has the same
   * keys as before, and so has its parent: it is different only if its parent is there in one of
   * both trees only.
   */
  private Set<Node> around(Collection<FrontendKey> keys) {
    Set<Node> around = new LinkedHashSet<>();
    Set<Node> onPath = new LinkedHashSet<>();
    for (FrontendKey key : keys) {
      Node at = root;
      while (at != null) {
        Node next = null;
        boolean first = onPath.add(at);
        for (Node child : children(at)) {
          if (first) {
            around.add(child);
          }
          if (child.prefix().contains(key)) {
            next = child;
          }
        }
        at = next;
      }
    }
    around.addAll(onPath);
    return around;
  }

  /** Those of the chains that are there. */
  private Map<Node, XtChain> chains(Set<Node> nodes) {
    Map<Node, XtChain> chains = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (isThere(node)) {
        chains.put(node, chain(node));
      }
    }
    return chains;
  }

  private boolean isThere(Node node) {
    Node at = root;
    while (at != null && !at.equals(node)) {
      at =
          children(at).stream()
              .filter(child -> child.prefix().contains(node.prefix()))
              .findFirst()
              .orElse(null);
    }
    return at != null;
  }

  private XtChain chain(Node node) {
    List<XtRule> rules = new ArrayList<>();
    for (NavigableMap<FrontendKey, Leaf> group : groups(node)) {
      if (isSingle(group)) {
        group.forEach((key, leaf) -> rules.add(dispatch.leaf(key, leaf)));
      } else {
        rules.add(dispatch.edge(node.prefix(), common(group)));
      }
    }
    return new XtChain(dispatch.name(node.prefix()), rules);
  }

  private List<Node> children(Node node) {
    return groups(node).stream()
        .filter(group -> !isSingle(group))
        .map(group -> new Node(common(group), node.depth() + 1))
        .toList();
  }

  /** The keys behind each rule of the chain: several levels of two bits where that is short. */
  private List<NavigableMap<FrontendKey, Leaf>> groups(Node node) {
    NavigableMap<FrontendKey, Leaf> members =
        leaves.subMap(node.prefix().lowest(), true, node.prefix().highest(), true);
    if (node.depth() == maxDepth || isShort(members)) {
      List<NavigableMap<FrontendKey, Leaf>> all = new ArrayList<>();
      for (FrontendKey key : members.keySet()) {
        all.add(leaves.subMap(key, true, key, true));
      }
      return all;
    }
    List<NavigableMap<FrontendKey, Leaf>> groups;
    List<NavigableMap<FrontendKey, Leaf>> next = split(members);
    do {
      groups = next;
      next = groups.stream().flatMap(group -> split(group).stream()).toList();
    } while (next.size() <= MAX_LISTED && next.size() > groups.size());
    return groups;
  }

  /** The keys by their next bits after what they have in common. */
  private List<NavigableMap<FrontendKey, Leaf>> split(NavigableMap<FrontendKey, Leaf> members) {
    if (isSingle(members)) {
      return List.of(members);
    }
    List<NavigableMap<FrontendKey, Leaf>> groups = new ArrayList<>();
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
