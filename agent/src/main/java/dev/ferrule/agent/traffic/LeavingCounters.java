// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.kernel.CountedElement;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.Layout;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters of elements that a transaction is about to remove or replace. What they count
 * between this and the commit, some microseconds later, is lost.
 */
final class LeavingCounters {

  /** Of more elements of a set than this the whole set is read, which is faster then. */
  private static final int ONE_BY_ONE = 1024;

  private record SetOf(IpFamily family, SetDeclaration set) {}

  private final NftablesKernel kernel;
  private final Function<Bytes, @Nullable ServicePortName> owners;
  private final Map<Bytes, ServicePortName> before = new HashMap<>();
  private final Map<SetOf, List<ElementKey>> leaving = new LinkedHashMap<>();

  /**
   * Nothing is read yet.
   *
   * @param owners finds the owner of a frontend that stays
   */
  LeavingCounters(
      NftablesKernel kernel, Changes changes, Function<Bytes, @Nullable ServicePortName> owners) {
    this.kernel = kernel;
    this.owners = owners;
    for (Change change : changes.list()) {
      if (change instanceof Change.ElementChanged element
          && element.before() != null
          && element.declaration().has(SetDeclaration.Flag.COUNTED)) {
        ElementKey key = element.before().key();
        SetOf set = new SetOf(element.family(), element.declaration());
        leaving.computeIfAbsent(set, s -> new ArrayList<>()).add(key);
        if (set.set().name().equals(Layout.SERVICES)) {
          before.put(key.first(), CounterReader.owner(element.before().comment()));
        }
      }
    }
  }

  /** What they have counted so far. */
  Tally read() throws KernelException {
    Tally tally = new Tally();
    for (Map.Entry<SetOf, List<ElementKey>> of : leaving.entrySet()) {
      SetOf set = of.getKey();
      List<ElementKey> keys = of.getValue();
      if (keys.size() > ONE_BY_ONE) {
        Set<ElementKey> wanted = Set.copyOf(keys);
        kernel.readCounted(
            set.family(),
            set.set(),
            counted -> {
              if (wanted.contains(counted.element().key())) {
                add(set, tally, counted);
              }
            });
        continue;
      }
      for (int from = 0; from < keys.size(); from += NftablesKernel.KEYS_AT_ONCE) {
        int to = Math.min(keys.size(), from + NftablesKernel.KEYS_AT_ONCE);
        kernel.readCounted(
            set.family(), set.set(), keys.subList(from, to), counted -> add(set, tally, counted));
      }
    }
    return tally;
  }

  private void add(SetOf set, Tally tally, CountedElement counted) {
    String name = set.set().name();
    if (name.equals(Layout.SERVICES) || name.equals(Layout.EXTERNAL_LOCAL)) {
      CounterReader.add(tally, owner(counted.element().key().first()), counted);
    } else {
      CounterReader.addSlot(set.family(), tally, this::owner, counted);
    }
  }

  private @Nullable ServicePortName owner(Bytes frontend) {
    ServicePortName owner = before.get(frontend);
    return owner == null ? owners.apply(frontend) : owner;
  }
}
