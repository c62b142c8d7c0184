// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.explain.Agreement;
import dev.ferrule.rules.explain.Answer;
import dev.ferrule.rules.explain.Explainer;
import dev.ferrule.rules.explain.KnownService;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.TracedRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the answers to questions about one state of the manifests. */
public final class Investigation {

  private final Source source;
  private final DesiredState state;
  private final Explainer explainer;
  private final Rulebook rulebook;

  /** An investigation of what a source, which was loaded, and the state that came of it ask for. */
  public Investigation(Source source, DesiredState state) {
    this.source = source;
    this.state = state;
    Set<ObjectName> ours =
        state.forwarding().services().stream().map(s -> s.name()).collect(Collectors.toSet());
    List<KnownService> known =
        source.services().stream()
            .map(
                shown ->
                    new KnownService(
                        shown.service(), shown.slices(), !ours.contains(shown.service().name())))
            .toList();
    this.rulebook = Rulebook.of(state);
    this.explainer =
        new Explainer(
            state.forwarding(), state.context(), state.serviceCidrs(), known, rulebook.kind());
  }

  /**
   * The connection of a question as it is written.
   *
   * @param inInterface as given; null to ask the kernel's routes where it matters
   * @throws QuestionException if names or addresses in it lead nowhere
   */
  public Connection connection(String from, String to, @Nullable String inInterface)
      throws QuestionException {
    Connection connection = new Places(source, state.context()).connection(from, to, inInterface);
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
    TracedRules rules = rulebook.wanted(connection);
    return new Explanation(answer, rules, remarks(connection, answer, rules), null, null);
  }

  /**
   * The same, compared with what the kernel holds now.
   *
   * @param kernel of the kind of rules that the settings ask for
   * @param send whether a packet is sent too
   * @throws KernelException if the kernel's rules cannot be read
   */
  public Explanation compare(Connection connection, KernelRules kernel, boolean send)
      throws KernelException {
    Rulebook.Reading reading = rulebook.read(kernel, connection);
    Answer answer = explainer.answer(connection, reading.affinity());
    TracedRules rules = reading.wanted();
    TracedRules real = reading.held();
    boolean agrees = Agreement.of(real.outcomes()).equals(Agreement.of(answer));
    List<String> differences =
        reading.state().isEmpty()
            ? List.of(
                rulebook.nothing(connection.to().family())
                    + ": ferrule apply or ferrule run writes it")
            : Differences.list(state, reading.state(), connection, answer);
    return new Explanation(
        answer,
        rules,
        remarks(connection, answer, rules),
        new KernelView(agrees, real, differences),
        send ? reading.send() : null);
  }

  private List<String> remarks(Connection connection, Answer answer, TracedRules rules) {
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
    if (!Agreement.of(rules.outcomes()).equals(Agreement.of(answer))) {
      remarks.add(
          "the rules would do something else, which is a mistake in Ferrule, please report it: "
              + Agreement.of(rules.outcomes()));
    }
    return remarks;
  }
}
