// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.Iptables;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RecentLists;
import dev.ferrule.kernel.RulesetEvents;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.diff.XtScripts;
import dev.ferrule.rules.iptables.FirstLoad;
import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Our chains of iptables in the kernel of this network namespace. */
public final class KernelChains implements KernelRules {

  /** How many chains of a first load iptables-nft gets at once. */
  private static final int CHAINS_AT_ONCE = 1000;

  /** With iptables-legacy a change that keeps the sizes of tables is found by reading alone. */
  private static final Duration READ_ANYWAY = Duration.ofMinutes(1);

  private final Iptables iptables;
  private final Set<IpFamily> families;

  private final ForeignCommits others;

  private long readAt = System.nanoTime();

  private final Consumer<String> remarks;
  private boolean loopbackRouted;
  private boolean takingOver;

  private KernelChains(Iptables iptables, Set<IpFamily> families, Consumer<String> remarks) {
    this.iptables = iptables;
    this.others = new ForeignCommits(iptables::fingerprint);
    this.families = families;
    this.remarks = remarks;
  }

  /**
   * Opens the tables of iptables.
   *
   * @param remarks takes what the operator should know, once each: a family that cannot be had
   * @throws KernelException if not even IPv4 can be had; the message says why
   */
  public static KernelChains open(IptablesVariant variant, Consumer<String> remarks)
      throws KernelException {
    Iptables iptables = Iptables.open(variant, Iptables.LOCK_WAIT);
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    KernelException first = null;
    for (IpFamily family : IpFamily.values()) {
      KernelException obstacle = iptables.whyNot(family).orElse(null);
      if (obstacle == null) {
        families.add(family);
      } else if (first == null) {
        first = obstacle;
        remarks.accept("no rules for " + family.text() + ": " + obstacle.getMessage());
      }
    }
    if (families.isEmpty() && first != null) {
      iptables.close();
      throw first;
    }
    return new KernelChains(iptables, families, remarks);
  }

  /** Which iptables it is. */
  public IptablesVariant variant() {
    return iptables.variant();
  }

  @Override
  public KernelState read() throws KernelException {
    others.reading();
    readAt = System.nanoTime();
    Map<IpFamily, XtState> chains = new EnumMap<>(IpFamily.class);
    for (IpFamily family : families) {
      chains.put(family, iptables.read(family));
    }
    return KernelState.ofChains(chains);
  }

  /** What is there of one family; nothing if it cannot be had. */
  public XtState read(IpFamily family) throws KernelException {
    return families.contains(family)
        ? iptables.read(family)
        : new XtState(family, Map.of(), Map.of());
  }

  @Override
  public KernelState readToReplace() throws KernelException {
    return read();
  }

  @Override
  public Suspicion suspicion() throws KernelException {
    boolean overdue =
        iptables.variant() == IptablesVariant.LEGACY
            && System.nanoTime() - readAt > READ_ANYWAY.toNanos();
    return overdue ? Suspicion.POSSIBLE : others.suspicion();
  }

  @Override
  public Optional<RulesetEvents> follow() throws KernelException {
    Optional<RulesetEvents> events = iptables.follow();
    if (events.isPresent()) {
      others.listen(events.get());
    }
    return events;
  }

  /** A family after the other, each table of it as a whole. */
  @Override
  public void commit(Changes changes, DesiredState desired) throws KernelException {
    boolean large = changes.list().size() > ForeignCommits.LARGE;
    others.own(ForeignCommits.ANY, large, () -> restoreAll(changes, desired));
    takingOver = false;
    if (!loopbackRouted
        && desired.rendering() instanceof Rendering.Iptables rendering
        && rendering.localhostNodePorts()) {
      LoopbackRouting.allow(remarks);
      loopbackRouted = true;
    }
  }

  private void restoreAll(Changes changes, DesiredState desired) throws KernelException {
    for (IpFamily family : families) {
      for (RestoreScript part : parts(XtScripts.of(family, changes))) {
        restore(part, desired);
      }
    }
  }

  private List<RestoreScript> parts(RestoreScript script) {
    return iptables.variant() == IptablesVariant.NFT
        ? FirstLoad.parts(script, CHAINS_AT_ONCE)
        : List.of(script);
  }

  private void restore(RestoreScript script, DesiredState desired) throws KernelException {
    if (!takingOver || !script.beginsToTranslate()) {
      iptables.restore(script);
      return;
    }
    // A list is there once a rule names it, and must be filled before a packet asks for it.
    iptables.restore(script.withoutTranslation());
    ClientHandover.toLists(script.family(), desired, remarks);
    iptables.restore(script.translation());
  }

  @Override
  public void takeOverClients() {
    takingOver = true;
  }

  @Override
  public void remember(
      IpFamily family, Map<String, Map<IpAddress, Long>> idleMillis, DesiredState desired)
      throws KernelException {
    for (Map.Entry<String, Map<IpAddress, Long>> list : idleMillis.entrySet()) {
      List<IpAddress> lastSeenLast =
          list.getValue().entrySet().stream()
              .sorted(Map.Entry.<IpAddress, Long>comparingByValue().reversed())
              .map(Map.Entry::getKey)
              .toList();
      RecentLists.add(list.getKey(), lastSeenLast);
    }
  }

  /** The lists of module recent belong to endpoints: those of one that is gone are gone too. */
  @Override
  public void forgetClients(Collection<IpFamily> affected, DesiredState desired) {}

  @Override
  public void remove() throws KernelException {
    for (Map.Entry<IpFamily, XtState> family : read().chains().entrySet()) {
      iptables.restore(XtScripts.removal(family.getValue()));
    }
  }

  @Override
  public void close() {
    others.close();
    iptables.close();
  }
}
