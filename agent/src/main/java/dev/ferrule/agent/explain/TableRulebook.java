// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.explain.Affinity;
import dev.ferrule.rules.explain.RuleKind;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.AffinityEntry;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.PathText;
import dev.ferrule.rules.trace.TracedRules;
import dev.ferrule.rules.trace.Tracer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rules in tables of our own. */
final class TableRulebook implements Rulebook {

  private final DesiredState state;
  private @Nullable Map<IpFamily, TableState> tables;

  TableRulebook(DesiredState state) {
    this.state = state;
  }

  @Override
  public RuleKind kind() {
    return RuleKind.NFTABLES;
  }

  @Override
  public TracedRules wanted(Connection connection) {
    return text(connection, trace(connection, wantedTable(connection), Map.of()));
  }

  @Override
  public String nothing(IpFamily family) {
    return "there is no table " + NftText.family(family) + " " + TableState.NAME;
  }

  @Override
  public Reading read(KernelRules kernel, Connection connection) throws KernelException {
    if (!(kernel instanceof KernelTables ours)) {
      throw new IllegalArgumentException("these are no tables: " + kernel);
    }
    TableState held = ours.tables().get(connection.to().family());
    Map<Bytes, Bytes> clients = held == null ? Map.of() : ours.clients(connection.to().family());
    return new TableReading(ours, connection, held, clients);
  }

  private TableState wantedTable(Connection connection) {
    Map<IpFamily, TableState> all = tables;
    if (all == null) {
      all = state.wanted().tables();
      tables = all;
    }
    return Objects.requireNonNull(all.get(connection.to().family()));
  }

  private List<Outcome> trace(Connection connection, TableState table, Map<Bytes, Bytes> clients) {
    return new Tracer(table, state.context()::isNode, clients).trace(connection);
  }

  private static TracedRules text(Connection connection, List<Outcome> outcomes) {
    return PathText.of(outcomes, connection.to().family());
  }

  /** What was read of tables. */
  private final class TableReading implements Reading {

    private final KernelTables kernel;
    private final Connection connection;
    private final @Nullable TableState held;
    private final Map<Bytes, Bytes> clients;

    TableReading(
        KernelTables kernel,
        Connection connection,
        @Nullable TableState held,
        Map<Bytes, Bytes> clients) {
      this.kernel = kernel;
      this.connection = connection;
      this.held = held;
      this.clients = clients;
    }

    @Override
    public Affinity affinity() {
      return pool -> remembered();
    }

    private @Nullable Backend remembered() {
      for (Map.Entry<Bytes, Bytes> client : clients.entrySet()) {
        AffinityEntry entry =
            AffinityEntry.parse(connection.to().family(), client.getKey(), client.getValue());
        if (entry.client().equals(connection.from())
            && entry.frontend().equals(connection.destination())) {
          return entry.backend();
        }
      }
      return null;
    }

    @Override
    public TracedRules wanted() {
      return text(connection, trace(connection, wantedTable(connection), clients));
    }

    @Override
    public TracedRules held() {
      return text(connection, outcomes());
    }

    private List<Outcome> outcomes() {
      return held == null ? List.of() : trace(connection, held, clients);
    }

    @Override
    public KernelState state() {
      return held == null
          ? KernelState.NONE
          : KernelState.ofTables(Map.of(connection.to().family(), held));
    }

    @Override
    public PacketReport send() {
      return new PacketProbe(state.context(), kernel).send(connection, held, outcomes());
    }
  }
}
