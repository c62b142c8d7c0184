// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.AffinityRestore;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.kernel.RulesetEvents;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.iptables.ClientLists;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.AffinityEntry;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Layout;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableLayout;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Our tables in the kernel of this network namespace. */
public final class KernelTables implements KernelRules {

  private static final int REMEMBER_TRIES = 5;

  private final NftablesKernel kernel;

  private final ForeignCommits others;

  /** The tables that are there, as far as we have seen. */
  private final Set<IpFamily> there = EnumSet.noneOf(IpFamily.class);

  /** Tables that are everybody's and must be written anew to become ours alone. */
  private final Set<IpFamily> shared = EnumSet.noneOf(IpFamily.class);

  private boolean owner;
  private boolean takingOver;
  private final Consumer<String> remarks;
  private CommitWatch watch = (changes, desired) -> committed -> {};

  private KernelTables(NftablesKernel kernel, Consumer<String> remarks) {
    this.kernel = kernel;
    this.others = new ForeignCommits(kernel::generation);
    this.remarks = remarks;
  }

  /** Opens the kernel's tables for those who only read. */
  public static KernelTables open() throws KernelException {
    return open(remark -> {});
  }

  /**
   * Opens the kernel's tables.
   *
   * @param remarks takes what the operator should know
   * @throws KernelException without privilege or nf_tables; the message says which
   */
  public static KernelTables open(Consumer<String> remarks) throws KernelException {
    return new KernelTables(NftablesKernel.open(), remarks);
  }

  /** Opens tables that are ours alone, or says why the kernel cannot do that. */
  static KernelTables owning(Consumer<String> remarks) throws KernelException {
    KernelTables tables = open(remarks);
    try {
      tables.kernel.ownTables();
      tables.owner = true;
    } catch (KernelException e) {
      remarks.accept(
          "ferrule.tableOwner has no effect, other programs can change our tables: that needs Linux"
              + " 6.9 ("
              + e.getMessage()
              + ")");
    }
    return tables;
  }

  @Override
  public KernelState read() throws KernelException {
    return KernelState.ofTables(tables());
  }

  /** A table is replaced whatever is in it. */
  @Override
  public KernelState readToReplace() {
    return KernelState.NONE;
  }

  /** The tables that are there. */
  public Map<IpFamily, TableState> tables() throws KernelException {
    others.reading();
    Map<IpFamily, TableState> tables = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      kernel.readTable(family).ifPresent(table -> tables.put(family, table));
    }
    there.clear();
    there.addAll(tables.keySet());
    if (owner) {
      takePossession(tables);
    }
    return tables;
  }

  /** What an earlier owner left is ours again; what is everybody's counts as not there. */
  private void takePossession(Map<IpFamily, TableState> tables) throws KernelException {
    List<Operation> left = new ArrayList<>();
    shared.clear();
    for (IpFamily family : List.copyOf(tables.keySet())) {
      switch (kernel.ownership(family)) {
        case LEFT -> left.add(new Operation.AddTable(family));
        case SHARED -> {
          shared.add(family);
          tables.remove(family);
        }
        case ABSENT, OWNED -> {}
      }
    }
    if (!left.isEmpty()) {
      others.own(1, false, () -> kernel.commit(new Transaction(left)));
    }
  }

  /** A table can only be given to an owner when it is made. */
  private Changes taking(Changes changes) {
    return new Changes(
        changes.list().stream()
            .map(
                change ->
                    change instanceof Change.TableWritten table
                            && table.reason() == null
                            && shared.contains(table.family())
                        ? new Change.TableWritten(
                            table.family(), "it becomes ours alone", table.desired())
                        : change)
            .toList());
  }

  /** The rules of our table by handle; none if there is no table. */
  public Map<Long, Rule> rules(IpFamily family) throws KernelException {
    return kernel.readRules(family);
  }

  /**
   * The clients with session affinity of a family, as keys and data of the map.
   *
   * @throws KernelException also if the table is not there
   */
  public Map<Bytes, Bytes> clients(IpFamily family) throws KernelException {
    Map<Bytes, Bytes> clients = new HashMap<>();
    kernel
        .readAffinity(family, affinityMap(family))
        .forEach(client -> clients.put(client.key(), client.data()));
    return clients;
  }

  @Override
  public Suspicion suspicion() throws KernelException {
    return others.suspicion();
  }

  @Override
  public Optional<RulesetEvents> follow() throws KernelException {
    RulesetEvents events = RulesetEvents.ofTables(kernel);
    others.listen(events);
    return Optional.of(events);
  }

  /**
   * In one commit; if the kernel refused, nothing has changed. Clients with session affinity stay
   * with their endpoints also when a whole table is written anew.
   */
  @Override
  public void commit(Changes wanted, DesiredState desired) throws KernelException {
    Changes changes = shared.isEmpty() ? wanted : taking(wanted);
    Transaction transaction = changes.transaction();
    if (transaction.isEmpty()) {
      return;
    }
    List<AffinityRestore> restores = new ArrayList<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.TableWritten table) {
        if (takingOver && !there.contains(table.family())) {
          restores.add(listed(table.family(), desired));
        } else if (table.reason() != null) {
          restores.add(remembered(table.family(), desired));
        }
      }
    }
    boolean large =
        changes.list().size() > ForeignCommits.LARGE
            || changes.list().stream().anyMatch(Change.TableWritten.class::isInstance);
    CommitWatch.Outcome outcome = watch.before(changes, desired);
    boolean committed = false;
    try {
      others.own(1, large, () -> kernel.commit(transaction, restores));
      committed = true;
    } finally {
      outcome.ended(committed);
    }
    transaction.operations().forEach(operation -> there.add(operation.family()));
    shared.clear();
    takingOver = false;
  }

  /** Who is told of each transaction of {@link #commit}; one at most. */
  public void watch(CommitWatch other) {
    watch = other;
  }

  @Override
  public void takeOverClients() {
    takingOver = true;
  }

  /** Those who come while this is done may be in the way; then it is tried again without them. */
  @Override
  public void remember(
      IpFamily family, Map<String, Map<IpAddress, Long>> idleMillis, DesiredState desired)
      throws KernelException {
    SetDeclaration map = affinityMap(family);
    List<RememberedClient> clients =
        ClientLists.remembered(
            family, idleMillis, desired.forwarding(), desired.context(), map.size() / 2);
    for (int left = REMEMBER_TRIES; !clients.isEmpty(); left--) {
      Set<Bytes> known = new HashSet<>();
      kernel.readAffinity(family, map).forEach(client -> known.add(client.key()));
      List<RememberedClient> unknown =
          clients.stream().filter(client -> !known.contains(client.key())).toList();
      try {
        others.own(
            1,
            false,
            () ->
                kernel.commit(
                    new Transaction(List.of()),
                    List.of(new AffinityRestore(family, map, unknown))));
        return;
      } catch (KernelException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  /** They come into the table in the commit that makes it, so no packet is ever without them. */
  private AffinityRestore listed(IpFamily family, DesiredState desired) {
    SetDeclaration map = affinityMap(family);
    int most = map.size() / 2; // the rest is for those who come
    return new AffinityRestore(
        family, map, ClientHandover.fromLists(family, desired, most, remarks));
  }

  private AffinityRestore remembered(IpFamily family, DesiredState desired) {
    SetDeclaration map = affinityMap(family);
    try {
      List<RememberedClient> clients =
          kernel.readAffinity(family, map).stream()
              .filter(client -> mayReturn(family, client, desired))
              .toList();
      return new AffinityRestore(family, map, clients);
    } catch (KernelException e) {
      // The table is gone or damaged, which is why it is written anew: nothing to keep.
      return new AffinityRestore(family, map, List.of());
    }
  }

  @Override
  public void forgetClients(Collection<IpFamily> families, DesiredState desired)
      throws KernelException {
    for (IpFamily family : families) {
      SetDeclaration map = affinityMap(family);
      List<Bytes> stale =
          kernel.readAffinity(family, map).stream()
              .filter(client -> !mayReturn(family, client, desired))
              .map(RememberedClient::key)
              .toList();
      if (!stale.isEmpty()) {
        others.own(1, false, () -> kernel.forget(family, map, stale));
      }
    }
  }

  private static boolean mayReturn(IpFamily family, RememberedClient client, DesiredState desired) {
    AffinityEntry entry = AffinityEntry.parse(family, client.key(), client.data());
    return desired
        .forwarding()
        .mayReturn(entry.frontend(), entry.client(), entry.backend(), desired.context());
  }

  static SetDeclaration affinityMap(IpFamily family) {
    return TableLayout.declaration(family, Layout.AFFINITY);
  }

  @Override
  public void remove() throws KernelException {
    kernel.commit(removal());
  }

  /** What {@link #remove} does. Adding first makes it work when a table is not there. */
  public static Transaction removal() {
    List<Operation> operations = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      operations.add(new Operation.AddTable(family));
      operations.add(new Operation.DeleteTable(family));
    }
    return new Transaction(operations);
  }

  @Override
  public void close() {
    others.close();
    kernel.close();
  }
}
