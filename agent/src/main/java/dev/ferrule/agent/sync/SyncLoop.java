// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.kernel.KernelException;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The work of the sync thread, which owns all that is in here. */
final class SyncLoop {

  /** A first load of more frontends is not told one by one. */
  private static final int FRONTENDS_TOLD = 200;

  /** How often to look whether somebody changed our tables; asking takes some microseconds. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Agent.Settings settings;
  private final Pending pending;
  private final AddressFollower addressFollower;
  private final FollowedSource source;
  private final DesiredState desired;

  /** Null in a dry run. */
  private final @Nullable Programming programming;

  private final List<SyncObserver> observers;
  private final AgentLog log;

  /** What an earlier run left in another part of the kernel; null once it is gone. */
  private @Nullable OtherRules others;

  SyncLoop(
      Agent.Settings settings,
      Pending pending,
      AddressFollower addressFollower,
      DesiredState desired,
      @Nullable Programming programming,
      List<SyncObserver> observers,
      AgentLog log) {
    this.settings = settings;
    this.pending = pending;
    this.addressFollower = addressFollower;
    this.source = settings.source();
    this.desired = desired;
    this.programming = programming;
    this.observers = observers;
    this.log = log;
  }

  /** The first sync: adopts what is in the kernel and changes only what differs. */
  void begin() throws KernelException, SourceException, InterruptedException {
    if (programming != null) {
      source.rulesInForce(
          () -> !settings.early().areAsSaved() && OtherRules.anywhere(log.log()::info));
    }
    Map<ObjectName, List<TrackedPort>> tracked = load();
    tellProblems();
    if (programming == null) {
      Changes changes = desired.differenceTo(DryRunStart.state(settings.backend(), log));
      log.changes(changes, desired.forwarding());
      return;
    }
    others = OtherRules.besides(programming.kernel(), log.log()::info);
    long start = System.nanoTime();
    boolean small = desired.forwarding().frontends().size() <= FRONTENDS_TOLD;
    KernelState held = programming.kernel().read();
    Changes changes = small ? desired.differenceTo(held) : desired.firstDifferenceTo(held);
    programming.commit(new DesiredState.Update(changes, EnumSet.allOf(IpFamily.class), tracked));
    afterCommit(Commit.Cause.START, changes, since(start));
    if (!programming.failed()) {
      log.committed(changes, desired.forwarding(), System.nanoTime() - start);
      removeOthers();
    }
  }

  /** Says how it began, once what follows is followed. */
  void tellBegun() {
    if (programming == null) {
      return;
    }
    log.line(
        programming.failed()
            ? "following " + source.name() + "; the kernel is tried again"
            : "in step with " + source.name() + "; following it");
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

  /** Works until it is told to stop. */
  void run() throws InterruptedException {
    long lastTry = System.nanoTime();
    boolean stopped = false;
    while (!stopped) {
      long wait = programming == null ? Long.MAX_VALUE : LOOK.toMillis();
      Pending.Work work = pending.take(wait, TimeUnit.MILLISECONDS);
      tell(SyncObserver::alive);
      if (programming != null) {
        look(programming);
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
  }

  private void look(Programming programming) {
    mend(programming);
    if (programming.fullLists() != null) {
      programming.fullLists().look(desired.forwarding());
    }
  }

  private void mend(Programming programming) {
    boolean failedBefore = programming.failed();
    long start = System.nanoTime();
    Mender.Repair repair = programming.mender().mend();
    if (repair != null) {
      programming.conntrack().missed(desired.forwarding().frontends());
      afterCommit(Commit.Cause.DRIFT, repair.changes(), since(start));
      tell(observer -> observer.repaired(repair.drift()));
    } else if (programming.failed() && !failedBefore) {
      afterCommit(Commit.Cause.DRIFT, Changes.NONE, since(start));
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
    if (programming == null) {
      tellProblems();
      if (!update.changes().isEmpty()) {
        log.changes(update.changes(), desired.forwarding());
      }
      return;
    }
    long start = System.nanoTime();
    programming.commit(update);
    if (!programming.failed()) {
      log.committed(update.changes(), desired.forwarding(), System.nanoTime() - start);
    }
    Duration took = since(start);
    tellProblems();
    afterCommit(cause, update.changes(), took);
    removeOthers();
  }

  /** What is new, in the log, and in the source unless this is a dry run. */
  private void tellProblems() {
    List<Problem> problems = ConflictProblems.with(source.problems(), desired.forwarding());
    List<Problem> begun = log.problems(problems);
    tell(observer -> observer.problems(problems));
    if (programming != null) {
      ProblemNotices.of(begun).forEach(source::tell);
    }
  }

  private void retry() {
    if (programming != null && programming.failed()) {
      long start = System.nanoTime();
      programming.commit(new DesiredState.Update(Changes.NONE, EnumSet.noneOf(IpFamily.class)));
      afterCommit(Commit.Cause.RETRY, Changes.NONE, since(start));
      removeOthers();
    }
  }

  private void removeOthers() {
    if (others != null && programming != null && !programming.failed()) {
      others.remove();
      others = null;
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void afterCommit(Commit.Cause cause, Changes changes, Duration took) {
    source.inForce();
    if (programming != null && programming.failed()) {
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
}
