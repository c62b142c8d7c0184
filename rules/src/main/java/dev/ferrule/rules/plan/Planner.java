// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementAddress;
import dev.ferrule.rules.nftables.Layout;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which Service each change belongs to, and why it is made. */
public final class Planner {

  /** What a reader asks first: where do connections go; then the rest in the given order. */
  private static final List<String> FIRST =
      List.of(
          Layout.SERVICES,
          Layout.EXTERNAL_LOCAL,
          Layout.NO_ENDPOINTS,
          Layout.ENDPOINTS,
          Layout.LOCAL_ENDPOINTS);

  private static final Comparator<Change.ElementChanged> BY_IMPORTANCE =
      Comparator.comparing(Change.ElementChanged::family)
          .thenComparingInt(change -> rank(change.declaration().name()));

  private final ForwardingTable forwarding;

  /** Owners of frontends that are gone, as the kernel's comments tell. */
  private final Map<FrontendKey, String> formerOwners = new HashMap<>();

  /** Owners of addresses that appear in shared sets, as the other changes tell. */
  private final Map<IpAddress, String> addressOwners = new HashMap<>();

  private final Map<String, List<Change.ElementChanged>> byService = new TreeMap<>();
  private final List<Plan.Line> shared = new ArrayList<>();
  private final Set<IpFamily> newTables = EnumSet.noneOf(IpFamily.class);
  private final List<String> reasons = new ArrayList<>();

  private Planner(ForwardingTable forwarding) {
    this.forwarding = forwarding;
  }

  /** Groups the changes that lead to the state of the forwarding table. */
  public static Plan plan(Changes changes, ForwardingTable forwarding) {
    return new Planner(forwarding).plan(changes);
  }

  private Plan plan(Changes changes) {
    for (Change change : changes.list()) {
      if (change instanceof Change.TableWritten table) {
        addTable(table);
      }
    }
    List<Change.ElementChanged> elements = new ArrayList<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.ElementChanged element) {
        elements.add(element);
        rememberOwner(element);
      } else {
        addShared(change);
      }
    }
    elements.forEach(this::rememberAddresses);
    for (Change.ElementChanged element : elements) {
      String service = owner(element);
      if (service == null) {
        shared.add(line(element));
      } else {
        byService.computeIfAbsent(service, name -> new ArrayList<>()).add(element);
      }
    }
    List<Plan.Group> groups = new ArrayList<>();
    if (!shared.isEmpty() || !reasons.isEmpty()) {
      Sign sign =
          shared.stream().allMatch(line -> line.sign() == Sign.ADDED) ? Sign.ADDED : Sign.CHANGED;
      String reason =
          reasons.isEmpty()
              ? "what Services share"
              : reasons.stream().distinct().collect(Collectors.joining("; "));
      groups.add(new Plan.Group(null, sign, reason, shared));
    }
    byService.forEach(
        (service, own) ->
            groups.add(
                ServiceReason.group(
                    service,
                    own,
                    forwarding.frontends(name(service)),
                    own.stream().sorted(BY_IMPORTANCE).map(Planner::line).toList())));
    groups.addAll(XtPlanner.groups(changes, forwarding));
    return new Plan(groups);
  }

  private static int rank(String set) {
    int first = FIRST.indexOf(set);
    return first < 0 ? FIRST.size() : first;
  }

  private static ObjectName name(String service) {
    int slash = service.indexOf('/');
    return new ObjectName(service.substring(0, Math.max(slash, 0)), service.substring(slash + 1));
  }

  /** A new table is one line: its sets and chains are always the same. */
  private void addTable(Change.TableWritten change) {
    String family = NftText.family(change.family());
    String table = "table " + family + " " + TableState.NAME;
    String reason = change.reason();
    if (reason != null) {
      reasons.add(table + " is written anew: " + reason);
      return;
    }
    reasons.add(table + " is not there yet");
    newTables.add(change.family());
    String content =
        change.desired().sets().size()
            + " sets and maps, "
            + change.desired().chains().size()
            + " chains";
    shared.add(new Plan.Line(Sign.ADDED, family, "table", TableState.NAME, null, content));
  }

  private void addShared(Change change) {
    if (newTables.contains(change.family())) {
      return;
    }
    if (change instanceof Change.SetAdded set) {
      shared.add(set(Sign.ADDED, change.family(), set.declaration()));
    } else if (change instanceof Change.SetRemoved set) {
      shared.add(set(Sign.REMOVED, change.family(), set.declaration()));
    } else if (change instanceof Change.ChainAdded chain) {
      shared.add(chain(change.family(), null, chain.chain()));
    } else if (change instanceof Change.ChainRemoved chain) {
      shared.add(chain(change.family(), chain.chain(), null));
    } else if (change instanceof Change.ChainChanged chain) {
      shared.add(chain(change.family(), chain.before(), chain.after()));
    }
  }

  private static Plan.Line set(Sign sign, IpFamily family, SetDeclaration set) {
    String text = NftText.declaration(set, family);
    return new Plan.Line(
        sign,
        NftText.family(family),
        NftText.keyword(set),
        set.name(),
        sign == Sign.REMOVED ? text : null,
        sign == Sign.REMOVED ? null : text);
  }

  private static Plan.Line chain(IpFamily family, @Nullable Chain before, @Nullable Chain after) {
    Sign sign = before == null ? Sign.ADDED : after == null ? Sign.REMOVED : Sign.CHANGED;
    String name = after != null ? after.name() : before != null ? before.name() : "";
    return new Plan.Line(
        sign, NftText.family(family), "chain", name, rules(family, before), rules(family, after));
  }

  private static @Nullable String rules(IpFamily family, @Nullable Chain chain) {
    if (chain == null) {
      return null;
    }
    Chain.Hook hook = chain.hook();
    List<String> lines = new ArrayList<>();
    if (hook != null) {
      lines.add(NftText.hook(hook));
    }
    chain.rules().forEach(rule -> lines.add(NftText.rule(rule, family)));
    return String.join("\n", lines);
  }

  private void rememberOwner(Change.ElementChanged change) {
    Element before = change.before();
    if (before != null && !before.comment().isEmpty()) {
      FrontendKey key = ElementAddress.frontend(change.family(), change.declaration(), before);
      if (key != null) {
        formerOwners.putIfAbsent(key, service(before.comment()));
      }
    }
  }

  /** The comment is {@code namespace/name:port}, or without the port if it would be too long. */
  private static String service(String comment) {
    int colon = comment.indexOf(':');
    return colon < 0 ? comment : comment.substring(0, colon);
  }

  private void rememberAddresses(Change.ElementChanged change) {
    for (Element element : elements(change)) {
      FrontendKey key = ElementAddress.frontend(change.family(), change.declaration(), element);
      String owner = key == null ? null : owner(key);
      if (key != null && owner != null) {
        addressOwners.putIfAbsent(key.address(), owner);
        Backend backend = ElementAddress.backend(change.family(), element);
        if (backend != null) {
          addressOwners.putIfAbsent(backend.address(), owner);
        }
      }
    }
  }

  static List<Element> elements(Change.ElementChanged change) {
    List<Element> elements = new ArrayList<>();
    if (change.before() != null) {
      elements.add(change.before());
    }
    if (change.after() != null) {
      elements.add(change.after());
    }
    return elements;
  }

  private @Nullable String owner(Change.ElementChanged change) {
    FrontendKey key =
        ElementAddress.frontend(change.family(), change.declaration(), change.element());
    if (key != null) {
      return owner(key);
    }
    IpAddress address =
        ElementAddress.shared(change.family(), change.declaration(), change.element());
    return address == null ? null : addressOwners.get(address);
  }

  private @Nullable String owner(FrontendKey key) {
    Frontend frontend = forwarding.get(key);
    return frontend != null ? frontend.owner().service().toString() : formerOwners.get(key);
  }

  private static Plan.Line line(Change.ElementChanged change) {
    SetDeclaration set = change.declaration();
    Element before = change.before();
    Element after = change.after();
    return new Plan.Line(
        before == null ? Sign.ADDED : after == null ? Sign.REMOVED : Sign.CHANGED,
        NftText.family(change.family()),
        "element",
        set.name(),
        before == null ? null : NftText.element(set, before),
        after == null ? null : NftText.element(set, after));
  }
}
