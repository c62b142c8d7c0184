// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.kernel.CountedElement;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Counting;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Layout;
import dev.ferrule.rules.nftables.SlotEntry;
import dev.ferrule.rules.nftables.TableLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adds up the counters that are in the kernel now. The kernel's own comments name the Services. */
final class CounterReader {

  private final NftablesKernel kernel;
  private final Counting counting;

  CounterReader(NftablesKernel kernel, Counting counting) {
    this.kernel = kernel;
    this.counting = counting;
  }

  /**
   * Adds what a family has counted.
   *
   * @return false if changes interrupted it: some counters may be missing
   * @throws KernelException also if our table is not there
   */
  boolean read(IpFamily family, Tally tally) throws KernelException {
    Map<Bytes, ServicePortName> owners = new HashMap<>();
    boolean complete =
        each(
            family,
            Layout.SERVICES,
            counted -> {
              ServicePortName owner = owner(counted.element().comment());
              owners.put(counted.element().key().first(), owner);
              add(tally, owner, counted);
            });
    complete &=
        each(
            family,
            Layout.EXTERNAL_LOCAL,
            counted -> add(tally, owners.get(counted.element().key().first()), counted));
    if (counting == Counting.ENDPOINTS) {
      for (String set : List.of(Layout.ENDPOINTS, Layout.LOCAL_ENDPOINTS)) {
        complete &= each(family, set, counted -> addSlot(family, tally, owners::get, counted));
      }
    }
    return complete;
  }

  private boolean each(IpFamily family, String set, Consumer<CountedElement> take)
      throws KernelException {
    return kernel.readCounted(family, TableLayout.declaration(family, set, counting), take);
  }

  /** Connections that are swallowed are none. */
  static void add(Tally tally, @Nullable ServicePortName owner, CountedElement counted) {
    if (owner != null && counted.element().value() instanceof ElementValue.GotoChain) {
      tally.add(owner, counted.packets());
    }
  }

  static void addSlot(
      IpFamily family,
      Tally tally,
      Function<Bytes, @Nullable ServicePortName> owners,
      CountedElement counted) {
    Element element = counted.element();
    if (counted.packets() > 0 && element.value() instanceof ElementValue.Data data) {
      SlotEntry entry = SlotEntry.parse(family, element.key(), data.bytes());
      ServicePortName owner = owners.apply(entry.frontend());
      if (owner != null) {
        tally.add(new ServiceEndpoint(owner, entry.backend()), counted.packets());
      }
    }
  }

  /** What the comment of a frontend names: {@code namespace/name:port}. */
  static ServicePortName owner(String comment) {
    int slash = comment.indexOf('/');
    int colon = comment.indexOf(':', slash + 1);
    String name = comment.substring(slash + 1, colon < 0 ? comment.length() : colon);
    return new ServicePortName(
        new ObjectName(comment.substring(0, Math.max(0, slash)), name),
        colon < 0 ? "" : comment.substring(colon + 1));
  }
}
