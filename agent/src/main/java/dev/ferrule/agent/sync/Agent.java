// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.conntrack.ConntrackFollower;
import dev.ferrule.agent.conntrack.Removed;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.Notice;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.kernel.HostAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.ObjectName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows a source of Services and keeps the kernel as it says. One thread owns all state; others
 * only tell it that the source or addresses changed.
 */
public final class Agent implements AutoCloseable {

  private final Pending pending = new Pending();
  private final AgentLog log;
  private final AddressFollower addressFollower;
  private final Thread thread;

  /** Null in a dry run. */
  private final @Nullable KernelRules kernel;

  private final FollowedSource source;
  private final RulesWatch rulesWatch;
  private final DriftHistory drifts;
  private final @Nullable StatusPages status;
  private final @Nullable ConntrackFollower conntrack;
  private final List<SyncObserver> observers;
  private final SyncLoop loop;

  /** What ended the sync thread, if it was not asked to end. */
  private volatile @Nullable Throwable fault;

  /**
   * How to run.
   *
   * @param syncPeriod time to the next attempt after a failed commit; twice as long may a change
   *     wait before the agent calls itself unhealthy
   * @param listening where health and metrics are served
   * @param observers are told what becomes of the rules; not in a dry run
   * @param drifts is given what is repaired
   * @param early rules that were there before this agent
   * @param log takes what happens
   * @param dryRun print each change instead of making it
   * @param colour whether to print with terminal colours
   */
  public record Settings(
      FollowedSource source,
      ForwardingSettings forwarding,
      Backend backend,
      String nodeName,
      Duration syncPeriod,
      Listening listening,
      List<SyncObserver> observers,
      DriftHistory drifts,
      EarlyRules early,
      Log log,
      boolean dryRun,
      boolean colour) {}

  private Agent(Settings settings, HostAddresses addresses) throws KernelException {
    this.source = settings.source();
    this.drifts = settings.drifts();
    this.log = new AgentLog(settings.log(), settings.colour());
    this.addressFollower = new AddressFollower(addresses, settings.early(), pending, log);
    DesiredState desired =
        new DesiredState(
            settings.forwarding(),
            settings.backend().rendering(),
            settings.nodeName(),
            addressFollower.addresses());
    this.kernel = settings.dryRun() ? null : settings.backend().open(log.log()::warning);
    this.rulesWatch = new RulesWatch(pending, log.log());
    this.status =
        kernel == null
            ? null
            : new StatusPages(
                settings.listening(),
                settings.forwarding().nodePortAddresses(),
                settings.early(),
                settings.syncPeriod().multipliedBy(2),
                settings.observers(),
                this::healthCheckFailed,
                log.log());
    this.observers =
        Stream.concat(Stream.ofNullable(status), settings.observers().stream())
            .filter(observer -> !settings.dryRun())
            .toList();
    this.conntrack =
        status == null
            ? null
            : new ConntrackFollower(settings.syncPeriod(), this::searched, log.log());
    this.loop =
        new SyncLoop(
            settings, pending, addressFollower, desired, programming(desired), observers, log);
    this.thread = new Thread(this::run, "sync");
    if (kernel != null) {
      observers.forEach(observer -> observer.opened(kernel));
    }
  }

  /**
   * Brings the kernel up to date with the source and starts to follow it.
   *
   * @throws KernelException if the kernel cannot be programmed; then nothing was started
   * @throws ListenException if an address is taken and the settings say that this is an error
   * @throws SourceException if the source has nothing to tell and never will
   * @throws InterruptedException if interrupted while it waits for the source
   */
  public static Agent start(Settings settings)
      throws KernelException, ListenException, SourceException, InterruptedException {
    // They are followed before they are read for the first time, so that nothing is missed.
    HostAddresses addresses = HostAddresses.open();
    Agent agent;
    try {
      agent = new Agent(settings, addresses);
    } catch (KernelException e) {
      addresses.close();
      throw e;
    }
    try {
      if (agent.status != null) {
        agent.status.open();
      }
      agent.loop.begin();
    } catch (KernelException | ListenException | SourceException | InterruptedException e) {
      agent.closeAll();
      throw e;
    }
    Heap.shrink(); // here, where nothing of the first load is held any more
    agent.source.follow(() -> agent.pending.add(new Event.SourceChanged()));
    agent.addressFollower.start();
    if (agent.kernel != null) {
      agent.rulesWatch.start(agent.kernel); // not before: who listens slows the first commit down
    }
    agent.loop.tellBegun();
    agent.thread.start();
    return agent;
  }

  private @Nullable Programming programming(DesiredState desired) {
    return kernel == null || conntrack == null
        ? null
        : Programming.of(kernel, desired, conntrack, drifts, log.log());
  }

  private void run() {
    try {
      loop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fault = e;
    } finally {
      pending.end();
    }
  }

  private void searched(Removed removed) {
    observers.forEach(observer -> observer.searched(removed));
  }

  private void healthCheckFailed(ObjectName service, String problem) {
    source.tell(new Notice(Notice.Reason.HEALTH_CHECK_FAILED, "Service", service, problem));
  }

  /**
   * Asks about the state, between two commits.
   *
   * @param question is answered by the sync thread, so it must be quick, and must not keep hold of
   *     what it is given
   * @return fails with a CancellationException if the agent ends before it can answer
   */
  public <T> CompletableFuture<T> ask(BiFunction<FollowedSource, DesiredState, T> question) {
    Question<T> asked = new Question<>(question);
    pending.add(new Event.Asked(asked));
    return asked.answer();
  }

  /**
   * Waits until {@link #close} was called.
   *
   * @throws IllegalStateException if something unforeseen ended the thread; whoever supervises the
   *     process must see that it does not follow the source any more
   */
  public void awaitEnd() throws InterruptedException {
    thread.join();
    if (fault != null) {
      throw new IllegalStateException("stopped following " + source.name(), fault);
    }
  }

  /** Ends after the work that is pending; the rules stay in the kernel. */
  @Override
  public void close() {
    pending.add(new Event.Stop());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll();
  }

  private void closeAll() {
    source.close();
    addressFollower.close();
    rulesWatch.close();
    if (status != null) {
      status.close();
    }
    if (conntrack != null) {
      conntrack.close();
    }
    observers.forEach(SyncObserver::ended);
    if (kernel != null) {
      kernel.close();
    }
  }
}
