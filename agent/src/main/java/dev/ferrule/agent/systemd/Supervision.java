// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.systemd;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.MonotonicClock;
import dev.ferrule.kernel.NotifySocket;
import dev.ferrule.rules.diff.DesiredState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager of this process how it fares, as sd_notify(3) says: ready once the
 * kernel has the rules, alive as long as the sync thread moves, and what it is about. Without a
 * service manager nothing happens. Safe for several threads; no call waits.
 */
public final class Supervision implements SyncObserver {

  /** A quarter of the time after which we are taken for dead, as a commit may take its time. */
  private static final int SIGNS_OF_LIFE = 4;

  /** Everybody who listens to the service manager is woken by each change of the status line. */
  private static final Duration STATUS_PAUSE = Duration.ofSeconds(10);

  /** Takes the assignments of one message. */
  @FunctionalInterface
  interface Listener {
    void hear(List<String> assignments) throws IOException;
  }

  private final @Nullable Listener listener;
  private final Duration watchdog;
  private final LongSupplier nanos;
  private final Log log;

  // Guarded by this object.
  private final StatusLine status = new StatusLine();
  private String saidStatus = "";
  private long saidStatusAt;
  private long aliveAt;
  private boolean ready;
  private boolean readySaid;
  private boolean unheard;
  private @Nullable Thread meanwhile;

  /**
   * @param listener null: nobody listens
   * @param watchdog zero: nobody waits for signs of life
   */
  Supervision(@Nullable Listener listener, Duration watchdog, LongSupplier nanos, Log log) {
    this.listener = listener;
    this.watchdog = watchdog;
    this.nanos = nanos;
    this.log = log;
  }

  /**
   * By the service manager that the environment names, if any.
   *
   * @param log takes what the operator should know
   */
  public static Supervision of(Map<String, String> environment, Log log) {
    Listener listener =
        NotifySocket.of(environment).<Listener>map(socket -> socket::send).orElse(null);
    return new Supervision(
        listener,
        WatchdogTime.of(environment, ProcessHandle.current().pid()),
        System::nanoTime,
        log);
  }

  /** The first commit is yet to come. */
  public synchronized void starting() {
    status.say("starting: reads the Services; rules of an earlier run stay in force");
    tell(List.of(), true);
  }

  /**
   * The settings are read again. Until {@link #refused} or the next commit the source may take its
   * time, as at a start; meanwhile this object gives the signs of life.
   */
  public synchronized void reloading() {
    ready = false;
    status.say("reading the settings again");
    List<String> assignments = new ArrayList<>(List.of("RELOADING=1"));
    try {
      assignments.add("MONOTONIC_USEC=" + MonotonicClock.micros());
    } catch (KernelException e) {
      log.warning("the service manager may not see when the reload began: " + e.getMessage());
    }
    tell(assignments, true);
    if (listener != null && !watchdog.isZero()) {
      Thread thread = new Thread(this::bridge, "alive while reloading");
      thread.setDaemon(true);
      meanwhile = thread;
      thread.start();
    }
  }

  private void bridge() {
    try {
      while (true) {
        synchronized (this) {
          if (ready || meanwhile != Thread.currentThread()) {
            return;
          }
          tell(List.of("WATCHDOG=1"), false);
        }
        Thread.sleep(watchdog.dividedBy(SIGNS_OF_LIFE).toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The old settings stay in force. */
  public synchronized void refused() {
    ready();
    status.refused(true);
    tell(List.of(), true);
  }

  /** The new settings are good; they are in force with the next commit. */
  public synchronized void accepted() {
    status.refused(false);
  }

  /** The process is about to end. */
  public synchronized void stopping() {
    status.say("stopping; the rules stay in force");
    tell(List.of("STOPPING=1"), true);
  }

  @Override
  public synchronized void alive() {
    long now = nanos.getAsLong();
    if (!watchdog.isZero() && now - aliveAt >= watchdog.toNanos() / SIGNS_OF_LIFE) {
      aliveAt = now;
      tell(List.of("WATCHDOG=1"), false);
    } else {
      tell(List.of(), false);
    }
  }

  @Override
  public synchronized void committed(Commit commit) {
    status.committed();
    ready();
  }

  private void ready() {
    if (!ready) {
      ready = true;
      readySaid = false;
      meanwhile = null;
      aliveAt = nanos.getAsLong();
    }
    status.say("");
  }

  @Override
  public synchronized void failed() {
    if (status.failed()) {
      tell(List.of(), true);
    }
  }

  @Override
  public synchronized void problems(List<Problem> all) {
    status.problems(all.size());
  }

  @Override
  public synchronized void wanted(DesiredState desired) {
    status.count(desired.forwarding().services().size(), desired.forwarding().frontends().size());
    tell(List.of(), !readySaid || status.recovered());
  }

  /**
   * Sends this, and readiness and status if they are due.
   *
   * @param important whether the status is due at once if it is new
   */
  private void tell(List<String> assignments, boolean important) {
    if (listener == null) {
      return;
    }
    List<String> all = new ArrayList<>(assignments);
    boolean sayReady = ready && !readySaid;
    if (sayReady) {
      all.add("READY=1");
    }
    String text = status.text();
    long now = nanos.getAsLong();
    boolean sayStatus =
        !text.equals(saidStatus)
            && (important || sayReady || now - saidStatusAt >= STATUS_PAUSE.toNanos());
    if (sayStatus) {
      all.add("STATUS=" + text);
    }
    if (all.isEmpty() || !heard(listener, all)) {
      return; // readiness and status are still due, so they go with the next sign of life
    }
    readySaid |= sayReady;
    if (sayStatus) {
      saidStatus = text;
      saidStatusAt = now;
    }
  }

  private boolean heard(Listener to, List<String> assignments) {
    try {
      to.hear(assignments);
      unheard = false;
      return true;
    } catch (IOException e) {
      if (!unheard) {
        log.warning(
            "the service manager does not hear us, and may end this process: " + e.getMessage());
      }
      unheard = true;
      return false;
    }
  }
}
