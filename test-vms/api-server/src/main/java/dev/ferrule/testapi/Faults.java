// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Stall;
import dev.ferrule.testapi.WatchStream.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The switchboard of what goes wrong. All of it can be used at any time by any thread. */
public final class Faults {

  private static final class Armed {
    final Fault fault;
    int left;

    Armed(Fault fault) {
      this.fault = fault;
      this.left = fault.times();
    }
  }

  private final Store store;
  private final Set<WatchStream> watches = ConcurrentHashMap.newKeySet();
  private final List<Armed> armed = new ArrayList<>();
  private volatile boolean etcdOutage;
  private volatile boolean expiredAsStatus;

  Faults(Store store) {
    this.store = store;
  }

  /** From now on; of several that meet a request the one added first happens. */
  public synchronized void add(Fault fault) {
    armed.add(new Armed(fault));
  }

  /** Takes it back, if it is still there. */
  public synchronized void remove(Fault fault) {
    armed.removeIf(each -> each.fault.equals(fault));
    notifyAll();
  }

  /** Takes everything back. */
  public synchronized void clear() {
    armed.clear();
    etcdOutage = false;
    expiredAsStatus = false;
    notifyAll();
  }

  /** While it is on, writes and reads that must be the newest fail; watches and the cache go on. */
  public void etcdOutage(boolean on) {
    etcdOutage = on;
  }

  /** Whether a watch from a version that is gone is refused with 410, not by an ERROR event. */
  public void expiredAsStatus(boolean on) {
    expiredAsStatus = on;
  }

  /** How many watches of a resource are open, as far as is known: nobody tells of those left. */
  public int openWatches(Resource resource) {
    return (int) watches.stream().filter(watch -> watch.resource() == resource).count();
  }

  /** Ends the running watches of a resource as if their time were over. */
  public void endWatches(Resource resource) {
    end(resource, Ending.CLEAN);
  }

  /** Closes the connections of the running watches of a resource, between two events. */
  public void breakWatches(Resource resource) {
    end(resource, Ending.BROKEN);
  }

  /** Closes the connection of each running watch of a resource in the middle of its next event. */
  public void breakWatchesInNextEvent(Resource resource) {
    end(resource, Ending.INSIDE_OF_NEXT_EVENT);
  }

  private void end(Resource resource, Ending ending) {
    watches.stream().filter(watch -> watch.resource() == resource).forEach(w -> w.end(ending));
    store.wake();
  }

  /**
   * Sends what the running watches of a resource have been sent since a version once more, though
   * no API server should.
   */
  public void replay(Resource resource, long afterVersion) {
    watches.stream()
        .filter(watch -> watch.resource() == resource)
        .forEach(watch -> watch.replay(afterVersion));
    store.wake();
  }

  void opened(WatchStream watch) {
    watches.add(watch);
  }

  void closed(WatchStream watch) {
    watches.remove(watch);
  }

  boolean hasEtcdOutage() {
    return etcdOutage;
  }

  boolean isExpiredAsStatus() {
    return expiredAsStatus;
  }

  /** What happens to a request, which counts. */
  synchronized @Nullable Effect take(@Nullable Resource resource, String verb) {
    for (int i = 0; i < armed.size(); i++) {
      Armed each = armed.get(i);
      if (!(each.fault.effect() instanceof Stall) && each.fault.meets(resource, verb)) {
        if (each.left > 0 && --each.left == 0) {
          armed.remove(i);
        }
        return each.fault.effect();
      }
    }
    return null;
  }

  /**
   * Returns when nothing stalls this, or when the server stops.
   *
   * @param running whether it runs already
   */
  synchronized void awaitFlow(
      @Nullable Resource resource, String verb, boolean running, BooleanSupplier open)
      throws InterruptedException {
    while (open.getAsBoolean()
        && armed.stream()
            .anyMatch(
                each ->
                    each.fault.meets(resource, verb)
                        && each.fault.effect() instanceof Stall stall
                        && (running || stall.newRequests()))) {
      wait();
    }
  }

  synchronized void wake() {
    notifyAll();
  }
}
