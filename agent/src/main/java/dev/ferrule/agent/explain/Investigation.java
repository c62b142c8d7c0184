// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.explain.Agreement;
import dev.ferrule.rules.explain.Answer;
import dev.ferrule.rules.explain.Explainer;
import dev.ferrule.rules.explain.KnownService;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.nftables.AffinityEntry;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the answers to questions about one state of the manifests. */
public final class Investigation {

  private final ManifestFolder folder;
  private final DesiredState state;
  private final Explainer explainer;
  private @Nullable Map<IpFamily, TableState> tables;

  /** An investigation of what a folder, which was read, and the state that came of it ask for. */
  public Investigation(ManifestFolder folder, DesiredState state) {
    this.folder = folder;
    this.state = state;
    Set<ObjectName> ours =
        state.forwarding().services().stream().map(s -> s.name()).collect(Collectors.toSet());
    List<KnownService> known =
        folder.services().stream()
            .map(
                shown ->
                    new KnownService(
                        shown.service(), shown.slices(), !ours.contains(shown.service().name())))
            .toList();
    this.explainer =
        new Explainer(state.forwarding(), state.context(), state.serviceCidrs(), known);
  }

  /**
   * The connection of a question as it is written.
   *
   * @param inInterface as given; null to ask the kernel's routes where it matters
   * @throws QuestionException if names or addresses in it lead nowhere
   */
  public Connection connection(String from, String to, @Nullable String inInterface)
      throws QuestionException {
    Connection connection = new Places(folder, state.context()).connection(from, to, inInterface);
    boolean matters =
        state.context().podInterface() != null && !state.context().isNode(connection.from());
    if (inInterface != null || !matters) {
      return connection;
    }
    return in(connection, Interfaces.towards(connection.from()));
  }

  private static Connection in(Connection connection, @Nullable String inInterface) {
    return new Connection(
        connection.from(), connection.to(), connection.protocol(), connection.port(), inInterface);
  }

  /** What the manifests ask for. */
  public Explanation explain(Connection connection) {
    Answer answer = explainer.answer(connection);
    List<Outcome> outcomes = tracer(wanted(connection), Map.of()).trace(connection);
    return new Explanation(answer, outcomes, remarks(connection, answer, outcomes), null, null);
  }

  /**
   * The same, compared with what the kernel holds now.
   *
   * @param send whether a packet is sent too
   * @throws KernelException if the kernel's tables cannot be read
   */
  public Explanation compare(Connection connection, KernelTables kernel, boolean send)
      throws KernelException {
    IpFamily family = connection.to().family();
    Map<IpFamily, TableState> held = kernel.tables();
    TableState table = held.get(family);
    Map<Bytes, Bytes> clients = table == null ? Map.of() : kernel.clients(family);
    Answer answer = explainer.answer(connection, remembered(connection, clients));
    List<Outcome> outcomes = tracer(wanted(connection), clients).trace(connection);
    List<String> remarks = remarks(connection, answer, outcomes);
    List<Outcome> real = table == null ? List.of() : tracer(table, clients).trace(connection);
    boolean agrees = Agreement.of(real).equals(Agreement.of(answer));
    return new Explanation(
        answer,
        outcomes,
        remarks,
        new KernelView(agrees, real, Differences.list(state, held, connection, answer)),
        send ? new PacketProbe(state.context(), kernel).send(connection, table, real) : null);
  }

  private static @Nullable Backend remembered(Connection connection, Map<Bytes, Bytes> clients) {
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

  private TableState wanted(Connection connection) {
    Map<IpFamily, TableState> all = tables;
    if (all == null) {
      all = state.wanted().tables();
      tables = all;
    }
    return Objects.requireNonNull(all.get(connection.to().family()));
  }

  private Tracer tracer(TableState table, Map<Bytes, Bytes> clients) {
    return new Tracer(table, state.context()::isNode, clients);
  }

  private List<String> remarks(Connection connection, Answer answer, List<Outcome> outcomes) {
    List<String> remarks = new ArrayList<>();
    PodInterface pods = state.context().podInterface();
    if (pods != null
        && connection.inInterface() == null
        && !state.context().isNode(connection.from())) {
      Answer asPod = explainer.answer(in(connection, pods.name()));
      if (!Agreement.of(asPod).equals(Agreement.of(answer))) {
        remarks.add(
            "by which interface it comes in is not known (--in-interface NAME says it); by "
                + pods
                + " it counts as a Pod's, and then: "
                + Agreement.of(asPod));
      }
    }
    if (!Agreement.of(outcomes).equals(Agreement.of(answer))) {
      remarks.add(
          "the rules would do something else, which is a mistake in Ferrule, please report it: "
              + Agreement.of(outcomes));
    }
    return remarks;
  }
}
