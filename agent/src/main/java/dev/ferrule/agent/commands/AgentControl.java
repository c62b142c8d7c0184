// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.control.ControlAnswer;
import dev.ferrule.agent.control.ControlRequest;
import dev.ferrule.agent.control.ControlSocket;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.FrozenSource;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.agent.status.StatusBoard;
import dev.ferrule.agent.status.StatusReport;
import dev.ferrule.agent.sync.Agent;
import dev.ferrule.agent.top.TopWatch;
import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.kernel.UnixPeer;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What others can ask of the agent of this process. */
final class AgentControl implements AutoCloseable, ControlSocket.Answerer {

  /** For the sync thread to come to a question: a commit of iptables may take 16 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** For numbers that can be left out. */
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(1);

  /** They do not ask the sync thread, or wait most of the time. */
  private static final Set<String> QUICK = Set.of("status", TopCommand.NAME);

  private final StatusBoard board = new StatusBoard();
  private final DriftHistory drifts = new DriftHistory();
  private final FollowedSource source;

  /**
   * Whether the source asks a server for Pods, which any thread may do, and the sync thread must
   * not wait for.
   */
  private final boolean podsAreAskedFor;

  private final Configuration configuration;
  private @Nullable ControlSocket socket;
  private final TopWatch watching = new TopWatch();
  private volatile @Nullable Agent agent;
  private volatile @Nullable ConnectionCounter connections;

  /** Answers nobody yet. */
  AgentControl(FollowedSource source, Configuration configuration) {
    this.source = source;
    this.podsAreAskedFor = configuration.manifests() == null;
    this.configuration = configuration;
  }

  /** To be told what becomes of the rules. */
  StatusBoard board() {
    return board;
  }

  /** Starts to answer, if the settings name a socket. */
  void open(Log log) {
    Path path = configuration.controlSocket();
    if (path != null) {
      socket = ControlSocket.open(path, this, log);
    }
  }

  /** The agent has made its first commit, and can be asked. */
  void started(Agent running) {
    agent = running;
  }

  /** To be given what is repaired. */
  DriftHistory drifts() {
    return drifts;
  }

  /** This one counts for the agent that is about to start. */
  void counting(ConnectionCounter counter) {
    connections = counter;
  }

  @Override
  public ControlAnswer answer(ControlRequest request, UnixPeer peer) {
    return CarriedOut.of(request.command(), new View(peer.uid() == 0));
  }

  @Override
  public boolean isQuick(ControlRequest request) {
    return !request.command().isEmpty() && QUICK.contains(request.command().get(0));
  }

  private FrozenSource freeze() {
    return ask(
        PATIENCE,
        (followed, desired) ->
            new FrozenSource(
                followed.name(),
                desired.catalog(),
                followed.services(),
                followed.problems(),
                this::podAddresses));
  }

  private @Nullable List<IpAddress> podAddresses(ObjectName pod) throws SourceException {
    if (podsAreAskedFor) {
      return source.podAddresses(pod);
    }
    return ask(PATIENCE, (followed, desired) -> new Pod(addresses(followed, pod))).addresses();
  }

  /** A future cannot hold null. */
  private record Pod(@Nullable List<IpAddress> addresses) {}

  private static @Nullable List<IpAddress> addresses(FollowedSource followed, ObjectName pod) {
    try {
      return followed.podAddresses(pod);
    } catch (SourceException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private <T> T ask(Duration patience, BiFunction<FollowedSource, DesiredState, T> question) {
    Agent running = agent;
    if (running == null) {
      throw new CommandFailure(
          "the agent is starting: it waits for " + source.name() + "; ferrule status tells more");
    }
    Future<T> answer = running.ask(question);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new CommandFailure(
          "the agent has been busy for " + patience.toSeconds() + " s; ferrule status tells more");
    } catch (CancellationException e) {
      throw new CommandFailure("the agent is ending");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CommandFailure failure
          ? failure
          : new IllegalStateException("the agent could not answer", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("the agent is ending");
    }
  }

  private StatusReport status() {
    return board.report(
        ThisProcess.identity(configuration, board.variant(), source.name()),
        configuration.syncPeriod().multipliedBy(2),
        source.states(),
        drifts,
        counts(),
        ThisProcess.residentBytes());
  }

  private StatusReport.@Nullable Counts counts() {
    try {
      return ask(SHORT_PATIENCE, (followed, desired) -> StatusReport.Counts.of(desired));
    } catch (CommandFailure e) {
      return null; // they can be left out, and the rest tells why
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }

  private final class View implements AgentView {
    private final boolean root;

    View(boolean root) {
      this.root = root;
    }

    @Override
    public Configuration configuration() {
      return configuration;
    }

    @Override
    public Source source() {
      return freeze();
    }

    @Override
    public List<Problem> problems() {
      return board.allProblems();
    }

    @Override
    public StatusReport status() {
      return AgentControl.this.status();
    }

    @Override
    public @Nullable ConnectionCounter connections() {
      return connections;
    }

    @Override
    public TopWatch watching() {
      return watching;
    }

    @Override
    public boolean begun() {
      return agent != null;
    }

    @Override
    public boolean askedByRoot() {
      return root;
    }
  }
}
