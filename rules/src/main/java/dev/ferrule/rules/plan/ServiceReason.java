// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementAddress;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a Service's part of the table changes, read off the changes themselves. */
final class ServiceReason {

  /** As many names are spelled out; the rest is counted. */
  private static final int SPELLED_OUT = 3;

  final Set<String> newKeys = new TreeSet<>();
  final Set<String> goneKeys = new TreeSet<>();
  final Set<String> newBackends = new TreeSet<>();
  final Set<String> goneBackends = new TreeSet<>();
  final Set<String> settings = new TreeSet<>();
  boolean timeout;
  boolean emptied;
  boolean filled;

  ServiceReason() {}

  /**
   * Makes the group of a Service.
   *
   * @param frontends what the Service has afterwards
   */
  static Plan.Group group(
      String service,
      List<Change.ElementChanged> changes,
      List<Frontend> frontends,
      List<Plan.Line> lines) {
    ServiceReason reason = new ServiceReason();
    changes.forEach(reason::read);
    return reason.group(service, frontends, lines);
  }

  /** The group, when all that changes has been read. */
  Plan.Group group(String service, List<Frontend> frontends, List<Plan.Line> lines) {
    settle();
    Sign sign =
        frontends.isEmpty()
            ? Sign.REMOVED
            : newKeys.size() == frontends.size() ? Sign.ADDED : Sign.CHANGED;
    if (sign == Sign.CHANGED) {
      settleShares(frontends);
    }
    return new Plan.Group(service, sign, text(sign), lines);
  }

  private void read(Change.ElementChanged change) {
    String set = change.declaration().name();
    Element before = change.before();
    Element after = change.after();
    switch (set) {
      case Layout.SERVICES, Layout.NO_ENDPOINTS -> {
        add(newKeys, change, after);
        add(goneKeys, change, before);
        boolean refused = set.equals(Layout.NO_ENDPOINTS);
        emptied |= refused && after != null;
        filled |= refused && before != null;
        if (before != null && after != null) {
          compare(before, after);
        }
      }
      case Layout.ENDPOINTS, Layout.LOCAL_ENDPOINTS -> {
        addBackend(newBackends, change, after);
        addBackend(goneBackends, change, before);
      }
      case Layout.LOCAL_POLICY -> settings.add("external traffic policy");
      case Layout.RESTRICTED, Layout.ALLOWED_SOURCES -> settings.add("source ranges");
      case Layout.MASQ_ALL, Layout.MASQ_NODE, Layout.MASQ_NON_PODS -> settings.add("masquerade");
      default -> {
        if (set.startsWith("affinity_")) {
          timeout = true;
        }
      }
    }
  }

  private void compare(Element before, Element after) {
    if (leadsTo(before, "sticky_") != leadsTo(after, "sticky_")) {
      settings.add(leadsTo(after, "sticky_") ? "session affinity on" : "session affinity off");
    }
    if (leadsTo(before, "hash_") != leadsTo(after, "hash_")) {
      settings.add(leadsTo(after, "hash_") ? "hashed by source" : "no longer hashed by source");
    }
  }

  /** Whether the chain it leads to has the word in its name. */
  private static boolean leadsTo(Element element, String word) {
    return element.value() instanceof ElementValue.GotoChain to && to.chain().contains(word);
  }

  private static void add(
      Set<String> keys, Change.ElementChanged change, @Nullable Element element) {
    if (element != null) {
      FrontendKey key = ElementAddress.frontend(change.family(), change.declaration(), element);
      if (key != null) {
        keys.add(key.toString());
      }
    }
  }

  private static void addBackend(
      Set<String> backends, Change.ElementChanged change, @Nullable Element element) {
    if (element != null) {
      Backend backend = ElementAddress.backend(change.family(), element);
      if (backend != null) {
        backends.add(backend.toString());
      }
    }
  }

  /** What both came and went only moved: to another slot, or from one set to the other. */
  private void settle() {
    if (timeout && settings.stream().noneMatch(setting -> setting.startsWith("session"))) {
      settings.add("session affinity timeout");
    }
    Set<String> movedKeys = new TreeSet<>(newKeys);
    movedKeys.retainAll(goneKeys);
    newKeys.removeAll(movedKeys);
    goneKeys.removeAll(movedKeys);
    Set<String> movedBackends = new TreeSet<>(newBackends);
    movedBackends.retainAll(goneBackends);
    newBackends.removeAll(movedBackends);
    goneBackends.removeAll(movedBackends);
  }

  /**
   * With weights or a hash an endpoint has several slots; that one came or went does not say that
   * the endpoint did.
   */
  private void settleShares(List<Frontend> frontends) {
    Set<String> present = new TreeSet<>();
    boolean severalSlots = false;
    for (Frontend frontend : frontends) {
      for (Target target : frontend.targets()) {
        if (target instanceof Target.Balance balance) {
          balance.backends().forEach(backend -> present.add(backend.toString()));
          severalSlots |= balance.slotCount() > balance.backends().size();
        }
      }
    }
    boolean shifted = goneBackends.removeAll(present);
    if (severalSlots) {
      shifted |= newBackends.removeAll(present);
    }
    if (shifted && settings.isEmpty()) {
      settings.add("shares of its endpoints");
    }
  }

  private String text(Sign sign) {
    List<String> parts = new ArrayList<>();
    switch (sign) {
      case ADDED -> parts.add("new Service: " + list(newKeys));
      case REMOVED -> parts.add("Service gone: " + list(goneKeys));
      case CHANGED -> {
        if (!newKeys.isEmpty()) {
          parts.add("new: " + list(newKeys));
        }
        if (!goneKeys.isEmpty()) {
          parts.add("gone: " + list(goneKeys));
        }
      }
    }
    if (sign == Sign.ADDED) {
      parts.add(
          newBackends.isEmpty()
              ? "no usable endpoint, connections are refused"
              : count(newBackends.size(), "endpoint") + (emptied ? ", none for some ports" : ""));
    } else if (sign == Sign.CHANGED) {
      if (!newBackends.isEmpty()) {
        parts.add(
            (newBackends.size() == 1 ? "endpoint came: " : "endpoints came: ") + list(newBackends));
      }
      if (!goneBackends.isEmpty()) {
        parts.add(
            (goneBackends.size() == 1 ? "endpoint gone: " : "endpoints gone: ")
                + list(goneBackends));
      }
      if (emptied && newKeys.isEmpty()) {
        parts.add("no usable endpoint left, connections are refused");
      } else if (filled && goneKeys.isEmpty()) {
        parts.add("no longer refused");
      } else if (newBackends.isEmpty() && goneBackends.isEmpty() && !settings.isEmpty()) {
        parts.add(String.join(", ", settings));
      }
    }
    return parts.isEmpty() ? "another program changed it" : String.join("; ", parts);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String list(Set<String> names) {
    String first = names.stream().limit(SPELLED_OUT).collect(Collectors.joining(", "));
    int more = names.size() - SPELLED_OUT;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
