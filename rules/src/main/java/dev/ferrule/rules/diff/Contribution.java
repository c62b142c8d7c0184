// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.Lowering;
import dev.ferrule.rules.nftables.SharedObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What some frontends together put into the table of a family. */
final class Contribution implements Lowering.Sink {

  private final IpFamily family;
  private final Map<String, Map<ElementKey, Element>> elements = new HashMap<>();
  private final Map<SharedObject, Integer> uses = new HashMap<>();

  Contribution(IpFamily family) {
    this.family = family;
  }

  /** Adds a frontend; none, and those of the other family, add nothing. */
  void add(@Nullable Frontend frontend) {
    if (frontend != null && frontend.key().family() == family) {
      Lowering.lower(frontend, this);
    }
  }

  /** Takes out a frontend that was added. */
  void remove(@Nullable Frontend frontend) {
    if (frontend != null && frontend.key().family() == family) {
      Lowering.lower(frontend, new Removal());
    }
  }

  /** Each element belongs to one frontend, so that it goes with it. */
  private final class Removal implements Lowering.Sink {
    @Override
    public void element(String set, Element element) {
      elements.getOrDefault(set, Map.of()).remove(element.key());
    }

    @Override
    public void use(SharedObject object) {
      if (uses.merge(object, -1, Integer::sum) == 0) {
        uses.remove(object);
      }
    }
  }

  @Override
  public void element(String set, Element element) {
    elements.computeIfAbsent(set, name -> new HashMap<>()).put(element.key(), element);
  }

  @Override
  public void use(SharedObject object) {
    uses.merge(object, 1, Integer::sum);
  }

  /** Elements that belong to one frontend each, by set. */
  Map<String, Map<ElementKey, Element>> elements() {
    return elements;
  }

  /** How often each shared object is needed. */
  Map<SharedObject, Integer> uses() {
    return uses;
  }
}
