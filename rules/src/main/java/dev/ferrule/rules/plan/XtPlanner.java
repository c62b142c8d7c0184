// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.iptables.PortChains;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.iptables.XtText;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.nftables.NftText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which Service each change of chains belongs to, and why it is made. */
final class XtPlanner {

  /** A rule of a tree; one that only moves to another chain of the tree is no change. */
  private record Leaf(IpFamily family, XtTable table, XtRule rule) {}

  private final ForwardingTable forwarding;
  private final Set<Leaf> came = new HashSet<>();
  private final Set<Leaf> went = new HashSet<>();

  /** Owners of chains, as comments in the changes tell. */
  private final Map<String, String> owners = new HashMap<>();

  private @Nullable Map<String, String> knownOwners;
  private final Map<String, List<Plan.Line>> lines = new TreeMap<>();
  private final Map<String, XtReason> reasons = new TreeMap<>();
  private final List<Plan.Line> shared = new ArrayList<>();

  private XtPlanner(ForwardingTable forwarding) {
    this.forwarding = forwarding;
  }

  /** The groups of all changes of chains and jumps; none if there is no such change. */
  static List<Plan.Group> groups(Changes changes, ForwardingTable forwarding) {
    return new XtPlanner(forwarding).groups(changes);
  }

  private List<Plan.Group> groups(Changes changes) {
    for (Change change : changes.list()) {
      if (change instanceof Change.XtChainChanged chain) {
        leaves(chain, chain.before(), went);
        leaves(chain, chain.after(), came);
        rememberOwner(chain.before());
        rememberOwner(chain.after());
      }
    }
    Set<Leaf> moved = new HashSet<>(came);
    moved.retainAll(went);
    came.removeAll(moved);
    went.removeAll(moved);
    for (Change change : changes.list()) {
      if (change instanceof Change.XtJumpChanged jump) {
        shared.add(line(jump));
      } else if (change instanceof Change.XtChainChanged chain) {
        add(chain);
      }
    }
    return groups();
  }

  private List<Plan.Group> groups() {
    came.forEach(leaf -> read(leaf, true));
    went.forEach(leaf -> read(leaf, false));
    List<Plan.Group> groups = new ArrayList<>();
    if (!shared.isEmpty()) {
      Sign sign =
          shared.stream().allMatch(line -> line.sign() == Sign.ADDED) ? Sign.ADDED : Sign.CHANGED;
      groups.add(new Plan.Group(null, sign, "what Services share", shared));
    }
    reasons.forEach(
        (service, reason) ->
            groups.add(
                reason
                    .reason()
                    .group(service, frontends(service), lines.getOrDefault(service, List.of()))));
    return groups;
  }

  private List<Frontend> frontends(String service) {
    int slash = service.indexOf('/');
    return forwarding.frontends(
        new ObjectName(service.substring(0, slash), service.substring(slash + 1)));
  }

  private static void leaves(
      Change.XtChainChanged change, @Nullable XtChain chain, Set<Leaf> leaves) {
    if (chain != null) {
      for (XtRule rule : chain.rules()) {
        if (XtLeaf.of(rule) != null) {
          leaves.add(new Leaf(change.family(), change.table(), rule));
        }
      }
    }
  }

  private void read(Leaf leaf, boolean isNew) {
    XtLeaf of = XtLeaf.of(leaf.rule());
    if (of != null) {
      XtReason reason = reasons.computeIfAbsent(of.service(), service -> new XtReason());
      if (isNew) {
        reason.came(of);
      } else {
        reason.went(of);
      }
    }
  }

  private void add(Change.XtChainChanged change) {
    String service = owner(change);
    if (service == null) {
      service = ownerOfLeaves(change);
    } else {
      reasons.computeIfAbsent(service, name -> new XtReason()).read(change);
    }
    if (service == null) {
      shared.add(line(change));
    } else {
      lines.computeIfAbsent(service, name -> new ArrayList<>()).add(line(change));
    }
  }

  private void rememberOwner(@Nullable XtChain chain) {
    if (chain == null) {
      return;
    }
    for (XtRule rule : chain.rules()) {
      String owner = XtLeaf.owner(rule);
      if (owner != null && XtLeaf.of(rule) == null) {
        owners.put(chain.name(), owner);
        for (XtRule any : chain.rules()) {
          if (any.action() instanceof XtAction.Goto to) {
            owners.putIfAbsent(to.chain(), owner);
          }
        }
        return;
      }
    }
  }

  private @Nullable String owner(Change.XtChainChanged change) {
    String name = change.name();
    String owner = owners.get(name);
    boolean hashed = name.matches(XtChain.PREFIX + "(SVC|SVL|SEP|EXT|FW)-[0-9a-f]{16}");
    if (!hashed) {
      return null; // a chain to refuse with is led to by Services, and is nobody's
    }
    return owner != null ? owner : knownOwners().get(name);
  }

  /** Worked out only if a chain changes whose Service nothing else tells. */
  private Map<String, String> knownOwners() {
    Map<String, String> known = knownOwners;
    if (known == null) {
      known = new HashMap<>();
      for (Frontend frontend : forwarding.frontends()) {
        for (String chain : PortChains.names(frontend)) {
          known.put(chain, frontend.owner().service().toString());
        }
      }
      knownOwners = known;
    }
    return known;
  }

  /** The only Service with a rule of a tree's chain that changes; null if there are more. */
  private @Nullable String ownerOfLeaves(Change.XtChainChanged change) {
    Set<Leaf> leaves = new HashSet<>();
    leaves(change, change.before(), leaves);
    leaves(change, change.after(), leaves);
    Set<String> services = new TreeSet<>();
    for (Leaf leaf : leaves) {
      XtLeaf of = XtLeaf.of(leaf.rule());
      if (of != null && (came.contains(leaf) || went.contains(leaf))) {
        services.add(of.service());
      }
    }
    return services.size() == 1 ? services.iterator().next() : null;
  }

  private static Plan.Line line(Change.XtChainChanged change) {
    return new Plan.Line(
        sign(change.before(), change.after()),
        NftText.family(change.family()),
        "chain",
        change.table().text() + " " + change.name(),
        rules(change.family(), change.before()),
        rules(change.family(), change.after()));
  }

  private static Plan.Line line(Change.XtJumpChanged change) {
    return new Plan.Line(
        sign(change.before(), change.after()),
        NftText.family(change.family()),
        "rule",
        change.table().text() + " " + change.builtin(),
        change.before() == null ? null : XtText.of(change.family(), change.before()),
        change.after() == null ? null : XtText.of(change.family(), change.after()));
  }

  private static Sign sign(@Nullable Object before, @Nullable Object after) {
    return before == null ? Sign.ADDED : after == null ? Sign.REMOVED : Sign.CHANGED;
  }

  private static @Nullable String rules(IpFamily family, @Nullable XtChain chain) {
    return chain == null
        ? null
        : chain.rules().stream()
            .map(rule -> XtText.of(family, rule))
            .collect(Collectors.joining("\n"));
  }
}
