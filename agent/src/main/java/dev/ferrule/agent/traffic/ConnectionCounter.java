// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.CommitWatch;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Counting;
import dev.ferrule.rules.nftables.FrontendEntry;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts new connections since the agent started, in mode nftables. The numbers are those of the
 * kernel's elements; what an element had counted is kept when a transaction replaces it.
 *
 * <p>The sync thread tells it what becomes of the rules; any thread may ask.
 */
public final class ConnectionCounter implements SyncObserver, CommitWatch {

  /** Younger counts are given out again. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  /** Reading may take one part in so many of a processor's time. */
  private static final int SHARE_OF_TIME = 50;

  /** The same while somebody watches. */
  private static final int SHARE_WHILE_WATCHED = 4;

  private static final int TRIES = 3;

  private static final ConnectionCounts NONE = new ConnectionCounts(0, Map.of(), Map.of());

  private final Counting counting;
  private final Log log;

  // Two ways to the kernel, so that a change does not wait for somebody who reads.
  private @Nullable NftablesKernel forChanges;
  private volatile @Nullable NftablesKernel forReading;

  /** What elements that are gone had counted, less what was there at the start. */
  private final Tally gone = new Tally(); // guarded by itself

  private volatile boolean started;

  /** Odd while a transaction is under way. */
  private final AtomicInteger version = new AtomicInteger();

  private final Set<String> removedServices = new HashSet<>(); // of the sync thread

  /** What the elements had counted when they were last read; guarded by itself. */
  private final Map<IpFamily, Tally> lastLive = new EnumMap<>(IpFamily.class);

  // Owned by who holds this object's lock: those who ask.
  private ConnectionCounts last = NONE;
  private long readAt = System.nanoTime() - FRESH_NANOS;
  private long readTook;

  /**
   * Counts nothing yet.
   *
   * @param counting what the rules count
   */
  public ConnectionCounter(Counting counting, Log log) {
    this.counting = counting;
    this.log = log;
  }

  /** What is counted; {@link Counting#OFF} also where the rules have no such counters. */
  public Counting counting() {
    return forReading == null ? Counting.OFF : counting;
  }

  @Override
  public void opened(KernelRules rules) {
    if (counting == Counting.OFF || !(rules instanceof KernelTables tables)) {
      return;
    }
    try {
      forChanges = NftablesKernel.open();
      forReading = NftablesKernel.open();
      tables.watch(this);
    } catch (KernelException e) {
      log.warning("connections are not counted: " + e.getMessage());
    }
  }

  @Override
  public void changed(CatalogChange change) {
    change
        .services()
        .forEach(
            (name, service) -> {
              if (service.isEmpty()) {
                removedServices.add(name.toString());
              } else {
                removedServices.remove(name.toString());
              }
            });
  }

  @Override
  public Outcome before(Changes changes, DesiredState desired) {
    NftablesKernel kernel = forChanges;
    if (kernel == null || !started) {
      return committed -> {};
    }
    version.incrementAndGet();
    Tally leaving = leaving(kernel, changes, desired);
    return committed -> {
      if (committed) {
        synchronized (gone) {
          gone.add(leaving);
        }
      }
      version.incrementAndGet();
    };
  }

  private Tally leaving(NftablesKernel kernel, Changes changes, DesiredState desired) {
    Tally leaving = new Tally();
    Set<IpFamily> written = new HashSet<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.TableWritten table && written.add(table.family())) {
        leaving.add(whole(kernel, table.family()));
      }
    }
    try {
      leaving.add(
          new LeavingCounters(kernel, changes.outside(written), key -> owner(desired, key)).read());
    } catch (KernelException e) {
      log.warning("connections to what changes now may be missing in counts: " + e.getMessage());
    }
    return leaving;
  }

  /** A table that somebody has removed had counted at least what was last read. */
  private Tally whole(NftablesKernel kernel, IpFamily family) {
    Tally all = new Tally();
    try {
      new CounterReader(kernel, counting).read(family, all);
      return all;
    } catch (KernelException e) {
      synchronized (lastLive) {
        return lastLive.getOrDefault(family, new Tally());
      }
    }
  }

  private static @Nullable ServicePortName owner(DesiredState desired, Bytes key) {
    Frontend frontend = FrontendEntry.of(desired.forwarding(), key);
    return frontend == null ? null : frontend.owner();
  }

  @Override
  public void committed(Commit commit) {
    NftablesKernel kernel = forChanges;
    if (kernel == null) {
      return;
    }
    if (!started) {
      Tally there = new Tally();
      for (IpFamily family : IpFamily.values()) {
        there.add(whole(kernel, family));
      }
      synchronized (gone) {
        gone.subtract(there);
      }
      started = true;
    }
    if (!removedServices.isEmpty()) {
      synchronized (gone) {
        gone.forget(removedServices);
      }
      removedServices.clear();
    }
  }

  /**
   * Connections since the agent started. Answers within milliseconds, from what was read at most
   * about a second ago; with very many Services from somewhat longer ago.
   */
  public ConnectionCounts snapshot() {
    return snapshot(SHARE_OF_TIME);
  }

  /** The same for somebody who waits for the next counts: read more often, at a higher price. */
  public ConnectionCounts watched() {
    return snapshot(SHARE_WHILE_WATCHED);
  }

  private synchronized ConnectionCounts snapshot(int share) {
    NftablesKernel kernel = forReading;
    long start = System.nanoTime();
    if (kernel == null || !started || start - readAt < Math.max(FRESH_NANOS, share * readTook)) {
      return last;
    }
    try {
      last = read(new CounterReader(kernel, counting), start);
    } catch (KernelException e) {
      // The table is gone: the agent is about to say so and to write it again.
      last = new ConnectionCounts(last.nanos(), last.services(), last.endpoints());
    }
    readAt = System.nanoTime();
    readTook = readAt - start;
    return last;
  }

  /** Where changes come without a pause, a count may be late, but it never falls for that. */
  private ConnectionCounts read(CounterReader reader, long now) throws KernelException {
    for (int left = TRIES; ; left--) {
      int before = version.get();
      Tally sum = new Tally();
      synchronized (gone) {
        sum.add(gone);
      }
      boolean complete = true;
      Tally all = new Tally();
      Map<IpFamily, Tally> live = new EnumMap<>(IpFamily.class);
      for (IpFamily family : IpFamily.values()) {
        Tally tally = new Tally();
        complete &= reader.read(family, tally);
        live.put(family, tally);
        all.add(tally);
      }
      sum.add(all);
      boolean still = complete && before % 2 == 0 && before == version.get();
      if (still) {
        synchronized (lastLive) {
          lastLive.putAll(live);
        }
        synchronized (gone) {
          gone.forgetAllBut(all);
        }
        return sum.counts(now);
      }
      if (left == 1) {
        return sum.counts(now, last);
      }
    }
  }

  /** Lets go of the kernel. */
  @Override
  public synchronized void ended() {
    NftablesKernel kernel = forReading;
    forReading = null;
    if (kernel != null) {
      kernel.close();
    }
  }
}
