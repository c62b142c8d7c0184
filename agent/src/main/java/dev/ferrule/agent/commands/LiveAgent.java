// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.log.LogWriter;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.agent.sync.Agent;
import dev.ferrule.agent.systemd.Supervision;
import dev.ferrule.kernel.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The agent of this process, which another with new settings may take the place of. The next one
 * adopts the rules of the last as after a restart, so packets notice only what is different.
 */
final class LiveAgent implements AutoCloseable {

  private static final String KEPT = "; the settings of before stay in force";

  private final SettingsOf settings;
  private final Supervision supervision;
  private final LogWriter log;
  private final boolean answering;

  /** More signals in short order are one wish. */
  private final AtomicBoolean asked = new AtomicBoolean();

  private volatile @Nullable FollowedSource source;
  private volatile @Nullable AgentControl control;

  // Guarded by this object.
  private SourceOptions options;
  private @Nullable Agent agent;
  private @Nullable CommandFailure failure;

  /** How to run with options. */
  @FunctionalInterface
  interface SettingsOf {
    Agent.Settings with(SourceOptions options, FollowedSource followed, AgentControl control);
  }

  /**
   * @param answering whether others may ask over the control socket
   */
  LiveAgent(
      SourceOptions options,
      Supervision supervision,
      LogWriter log,
      boolean answering,
      SettingsOf settings) {
    this.options = options;
    this.log = log;
    this.supervision = supervision;
    this.answering = answering;
    this.settings = settings;
  }

  /** Starts the first one; fails with a {@link CommandFailure}. */
  synchronized void start() throws InterruptedException {
    supervision.starting();
    try {
      log.use(options.configuration().observing().logFormat());
      start(options, options.followed());
    } catch (KernelException | ListenException | SourceException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private void start(SourceOptions with, FollowedSource followed)
      throws KernelException, ListenException, SourceException, InterruptedException {
    log.use(with.configuration().observing().logFormat());
    source = followed;
    AgentControl asked = new AgentControl(followed, with.configuration());
    control = asked;
    if (answering) {
      asked.open(log);
    }
    Agent.Settings running = settings.with(with, followed, asked);
    Agent started = Agent.start(running);
    agent = started;
    asked.started(started);
    options = with;
  }

  private void end() {
    if (agent != null) {
      agent.close();
      agent = null;
    }
    AgentControl answered = control;
    if (answered != null) {
      answered.close();
      control = null;
    }
  }

  /** Reads the settings again and starts over with them; if they will not do, with the old ones. */
  void reload() {
    if (asked.getAndSet(true)) {
      return;
    }
    synchronized (this) {
      asked.set(false);
      if (agent == null) {
        return;
      }
      supervision.reloading();
      SourceOptions next = options.again();
      FollowedSource followed = usable(next);
      if (followed == null) {
        supervision.refused();
        return;
      }
      replace(next, followed);
    }
  }

  /** What can be found out beforehand is, so that the agent need not be stopped for nothing. */
  private @Nullable FollowedSource usable(SourceOptions next) {
    try {
      Path kubeconfig = next.configuration().kubeconfig();
      if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
        log.error("not reloaded: could not read " + kubeconfig + KEPT);
        return null;
      }
      FollowedSource followed = next.followed();
      List<String> changes = next.changesFrom(options);
      log.info("reloading: " + (changes.isEmpty() ? "no setting changed" : "settings changed:"));
      changes.forEach(change -> log.info("  " + change));
      return followed;
    } catch (ConfigurationException | CommandFailure | KernelException e) {
      log.error("not reloaded: " + e.getMessage() + KEPT);
      return null;
    }
  }

  private synchronized void replace(SourceOptions next, FollowedSource followed) {
    end();
    try {
      supervision.accepted();
      try {
        start(next, followed);
      } catch (KernelException | ListenException | SourceException e) {
        log.error("not reloaded: " + e.getMessage() + "; going back to the settings of before");
        end();
        start(options, options.followed());
        supervision.refused();
      }
    } catch (KernelException | ListenException | SourceException | RuntimeException e) {
      failure = new CommandFailure("could not go on after a reload: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = new CommandFailure("interrupted while reloading");
    }
  }

  /** Returns when an agent ended that was not replaced. */
  void awaitEnd() throws InterruptedException {
    Agent running = current();
    while (running != null) {
      running.awaitEnd();
      Agent next = current();
      running = next == running ? null : next;
    }
  }

  /** Waits for a reload that is under way. */
  private synchronized @Nullable Agent current() {
    if (failure != null) {
      throw failure;
    }
    return agent;
  }

  /**
   * What is due to be remembered is written, and nobody is answered any more; to be called when the
   * process ends.
   */
  void leave() {
    AgentControl answering = control;
    if (answering != null) {
      answering.close();
    }
    FollowedSource open = source;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public synchronized void close() {
    end();
  }
}
