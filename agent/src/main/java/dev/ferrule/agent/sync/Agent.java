// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.conntrack.ConntrackFollower;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.Notice;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.kernel.HostAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows a source of Services and keeps the kernel as it says. One thread owns all state; others
 * only tell it that the source or addresses changed.
 */
public final class Agent implements AutoCloseable {

  /** A first load of more frontends is not told one by one. */
  private static final int FRONTENDS_TOLD = 200;

  /** How often to look whether somebody changed our tables; asking takes some microseconds. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Settings settings;
  private final Pending pending = new Pending();
  private final AgentLog log;
  private final AddressFollower addressFollower;
  private final Thread thread;

  /** Null in a dry run. */
  private final @Nullable KernelRules kernel;

  // Owned by the sync thread once it runs.
  private final FollowedSource source;
  private final DesiredState desired;
  private final @Nullable Committer committer;
  private final @Nullable StatusPages status;
  private final List<SyncObserver> observers;
  private final @Nullable ConntrackFollower conntrack;

  /** Null unless our rules are chains of iptables. */
  private final @Nullable FullLists fullLists;

  /** What an earlier run left in another part of the kernel; null once it is gone. */
  private @Nullable OtherRules others;

  /** What ended the sync thread, if it was not asked to end. */
  private volatile @Nullable Throwable fault;

  /**
   * How to run.
   *
   * @param syncPeriod time to the next attempt after a failed commit; twice as long may a change
   *     wait before the agent calls itself unhealthy
   * @param listening where health and metrics are served
   * @param observers are told what becomes of the rules; not in a dry run
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
      boolean dryRun,
      boolean colour) {}

  private Agent(Settings settings, HostAddresses addresses) throws KernelException {
    this.settings = settings;
    this.source = settings.source();
    this.log = new AgentLog(settings.colour());
    this.addressFollower = new AddressFollower(addresses, pending, log);
    this.desired =
        new DesiredState(
            settings.forwarding(),
            settings.backend().rendering(),
            settings.nodeName(),
            addressFollower.addresses());
    this.kernel = settings.dryRun() ? null : settings.backend().open(log::line);
    this.fullLists = kernel instanceof KernelChains ? new FullLists(log::line) : null;
    this.committer = kernel == null ? null : new Committer(kernel, desired, log::line);
    this.status =
        kernel == null
            ? null
            : new StatusPages(
                settings.listening(),
                settings.forwarding().nodePortAddresses(),
                settings.syncPeriod().multipliedBy(2),
                this::healthCheckFailed,
                log::line);
    this.observers =
        Stream.concat(Stream.ofNullable(status), settings.observers().stream())
            .filter(observer -> !settings.dryRun())
            .toList();
    this.conntrack =
        status == null
            ? null
            : new ConntrackFollower(settings.syncPeriod(), status::removed, log::line);
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
      agent.begin();
    } catch (KernelException | ListenException | SourceException | InterruptedException e) {
      agent.closeAll();
      throw e;
    }
    Heap.shrink(); // here, where nothing of the first load is held any more
    agent.source.follow(() -> agent.pending.add(new Event.SourceChanged()));
    agent.addressFollower.start();
    agent.thread.start();
    return agent;
  }

  /** The first sync: adopts what is in the kernel and changes only what differs. */
  private void begin()
      throws KernelException, ListenException, SourceException, InterruptedException {
    if (status != null) {
      status.open();
    }
    if (kernel != null) {
      source.rulesInForce(() -> OtherRules.anywhere(log::line));
    }
    Map<ObjectName, List<TrackedPort>> tracked = load();
    tellProblems();
    if (kernel == null || committer == null) {
      Changes changes = desired.differenceTo(DryRunStart.state(settings.backend(), log));
      log.changes(changes, desired.forwarding());
      return;
    }
    others = OtherRules.besides(kernel, log::line);
    long start = System.nanoTime();
    boolean small = desired.forwarding().frontends().size() <= FRONTENDS_TOLD;
    KernelState held = kernel.read();
    Changes changes = small ? desired.differenceTo(held) : desired.firstDifferenceTo(held);
    commit(new DesiredState.Update(changes, EnumSet.allOf(IpFamily.class), tracked));
    afterCommit(Commit.Cause.START, changes, since(start));
    if (committer.failed()) {
      log.line("following " + source.name() + "; the kernel is tried again");
      return;
    }
    log.committed(changes, desired.forwarding(), System.nanoTime() - start);
    removeOthers();
    log.line("in step with " + source.name() + "; following it");
  }

  /** Holds on to nothing of what it reads but this, as all of it is large. */
  private Map<ObjectName, List<TrackedPort>> load() throws SourceException, InterruptedException {
    Map<ObjectName, List<TrackedPort>> tracked = new HashMap<>();
    source.load(
        part -> {
          tell(observer -> observer.changed(part));
          tracked.putAll(desired.load(part));
        });
    return tracked;
  }

  private void run() {
    try {
      long lastTry = System.nanoTime();
      boolean stopped = false;
      while (!stopped) {
        long wait = committer == null ? Long.MAX_VALUE : LOOK.toMillis();
        Pending.Work work = pending.take(wait, TimeUnit.MILLISECONDS);
        tell(SyncObserver::alive);
        if (committer != null) {
          mend(committer);
        }
        if (fullLists != null) {
          fullLists.look(desired.forwarding());
        }
        if (work != null) {
          handle(work);
          lastTry = System.nanoTime();
          stopped = work.stop();
        } else if (System.nanoTime() - lastTry >= settings.syncPeriod().toNanos()) {
          retry();
          lastTry = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fault = e;
    } finally {
      pending.end();
    }
  }

  private void mend(Committer committer) {
    boolean failedBefore = committer.failed();
    long start = System.nanoTime();
    Changes changes = committer.mend();
    if (!changes.isEmpty() || (committer.failed() && !failedBefore)) {
      afterCommit(Commit.Cause.DRIFT, changes, since(start));
    }
  }

  private void handle(Pending.Work work) {
    if (work.addresses() || work.source()) {
      tell(SyncObserver::queued);
    }
    if (work.addresses()) {
      handle(Commit.Cause.ADDRESSES, desired.updateInterfaces(addressFollower.addresses()));
    }
    if (work.source()) {
      handle(source.changes());
    }
    work.questions().forEach(question -> question.answer(source, desired));
  }

  private void handle(CatalogChange change) {
    tell(observer -> observer.changed(change));
    handle(Commit.Cause.SOURCE, desired.update(change));
  }

  private void handle(Commit.Cause cause, DesiredState.Update update) {
    if (committer == null) {
      tellProblems();
      if (!update.changes().isEmpty()) {
        log.changes(update.changes(), desired.forwarding());
      }
      return;
    }
    long start = System.nanoTime();
    commit(update);
    if (!committer.failed()) {
      log.committed(update.changes(), desired.forwarding(), System.nanoTime() - start);
    }
    Duration took = since(start);
    tellProblems();
    afterCommit(cause, update.changes(), took);
    removeOthers();
  }

  /** Connections are looked after once their rules are in the kernel. */
  private void commit(DesiredState.Update update) {
    if (committer == null || conntrack == null) {
      return; // in a dry run
    }
    conntrack.expect(update);
    committer.commit(update);
    if (!committer.failed()) {
      conntrack.committed();
    }
  }

  private void healthCheckFailed(ObjectName service, String problem) {
    source.tell(new Notice(Notice.Reason.HEALTH_CHECK_FAILED, "Service", service, problem));
  }

  /** What is new, in the log, and in the source unless this is a dry run. */
  private void tellProblems() {
    List<Problem> problems = ConflictProblems.with(source.problems(), desired.forwarding());
    List<Problem> begun = log.problems(problems);
    tell(observer -> observer.problems(problems));
    if (committer != null) {
      ProblemNotices.of(begun).forEach(source::tell);
    }
  }

  private void retry() {
    if (committer != null && committer.failed()) {
      long start = System.nanoTime();
      commit(new DesiredState.Update(Changes.NONE, EnumSet.noneOf(IpFamily.class)));
      afterCommit(Commit.Cause.RETRY, Changes.NONE, since(start));
      removeOthers();
    }
  }

  private void removeOthers() {
    if (others != null && committer != null && !committer.failed()) {
      others.remove();
      others = null;
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void afterCommit(Commit.Cause cause, Changes changes, Duration took) {
    source.inForce();
    if (committer != null && committer.failed()) {
      tell(SyncObserver::failed);
    } else {
      Commit commit = new Commit(cause, changes, took);
      tell(observer -> observer.committed(commit));
    }
    tell(observer -> observer.wanted(desired));
  }

  private void tell(Consumer<SyncObserver> what) {
    observers.forEach(what);
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
    if (status != null) {
      status.close();
    }
    if (conntrack != null) {
      conntrack.close();
    }
    if (kernel != null) {
      kernel.close();
    }
  }
}
