// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the start and end elements of an interval set with one field to ranges again. */
final class RangeJoiner {

  /** A start, or an end if there is no element. */
  private record Boundary(Bytes key, @Nullable Element start) {}

  /** Where a range ends and the next one starts, the end comes first. */
  private static final Comparator<Boundary> ORDER =
      Comparator.comparing(Boundary::key).thenComparing(boundary -> boundary.start() != null);

  private final List<Boundary> boundaries = new ArrayList<>();

  void start(Element element) {
    boundaries.add(new Boundary(element.key().first(), element));
  }

  void end(Bytes key) {
    boundaries.add(new Boundary(key, null));
  }

  /** The ranges; one without an end goes up to the next start or to the end of the addresses. */
  Map<ElementKey, Element> join() {
    boundaries.sort(ORDER);
    Map<ElementKey, Element> ranges = new HashMap<>();
    Element open = null;
    for (Boundary boundary : boundaries) {
      if (open != null) {
        put(ranges, open, AddressOrder.before(boundary.key()));
      }
      open = boundary.start();
    }
    if (open != null) {
      put(ranges, open, AddressOrder.last(open.key().first().length()));
    }
    return ranges;
  }

  private static void put(Map<ElementKey, Element> ranges, Element start, Bytes last) {
    ElementKey key = new ElementKey(start.key().first(), last);
    ranges.put(key, new Element(key, start.value(), start.comment()));
  }
}
