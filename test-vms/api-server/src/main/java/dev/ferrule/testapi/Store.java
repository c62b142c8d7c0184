// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What etcd is to the API server: objects in order of their keys, one counter of versions for all,
 * and the changes since the last compaction. Each version is one change, so that any state since
 * then can be had again by taking changes back.
 */
final class Store {

  /** Objects of one resource by their keys, as of a version. */
  record Snapshot(long version, NavigableMap<String, Stored> objects) {}

  private final int historyLimit;
  private final Map<Resource, NavigableMap<String, Stored>> objects = new EnumMap<>(Resource.class);
  // Change i is that of version compacted + 1 + i.
  private final List<Change> history = new ArrayList<>();
  private long version;
  private long compacted;

  /**
   * Empty.
   *
   * @param historyLimit how many changes it keeps; half of them are dropped when there are more
   */
  Store(int historyLimit) {
    this.historyLimit = historyLimit;
  }

  synchronized long version() {
    return version;
  }

  synchronized @Nullable Stored get(Resource resource, String namespace, String name) {
    return of(resource).get(Stored.key(namespace, name));
  }

  /**
   * Puts an object, as created if {@code before} is null, or deletes it.
   *
   * @param before what the caller has seen, which it has to make sure nobody changed since
   * @param content what is to be, or null to delete
   */
  synchronized Stored commit(
      Resource resource, @Nullable Stored before, @Nullable ObjectNode content) {
    version++;
    Stored after = content == null ? null : Stored.of(resource, version, content);
    Stored last;
    if (after != null) {
      last = after;
      of(resource).put(after.key(), after);
    } else if (before != null) {
      last = before.at(version);
      of(resource).remove(before.key());
    } else {
      throw new IllegalArgumentException("neither before nor after");
    }
    history.add(new Change(before, after, last));
    if (history.size() > historyLimit) {
      drop(history.size() / 2);
    }
    notifyAll();
    return last;
  }

  /** The newest state. */
  synchronized Snapshot snapshot(Resource resource) {
    return new Snapshot(version, new TreeMap<>(of(resource)));
  }

  /**
   * The state of a version.
   *
   * @throws StatusError Expired if changes since then have been dropped
   */
  synchronized Snapshot snapshot(Resource resource, long at) {
    NavigableMap<String, Stored> state = new TreeMap<>(of(resource));
    List<Change> since = since(at, Integer.MAX_VALUE);
    for (int i = since.size() - 1; i >= 0; i--) {
      Change change = since.get(i);
      if (change.resource() == resource) {
        Stored before = change.before();
        if (before == null) {
          state.remove(change.key());
        } else {
          state.put(change.key(), before);
        }
      }
    }
    return new Snapshot(at, state);
  }

  /**
   * The changes of all resources after a version, the oldest first.
   *
   * @throws StatusError Expired if some of them have been dropped
   */
  synchronized List<Change> since(long after, int most) {
    if (after < compacted) {
      throw StatusError.expired("too old resource version: " + after + " (" + compacted + ")");
    }
    int from = (int) Math.min(after - compacted, history.size());
    return List.copyOf(history.subList(from, from + Math.min(history.size() - from, most)));
  }

  /** Forgets all changes so far. */
  synchronized void compact() {
    drop(history.size());
  }

  private void drop(int changes) {
    history.subList(0, changes).clear();
    compacted += changes;
  }

  /**
   * Waits for a version after this one, at most so long, or until {@link #wake}.
   *
   * @return whether there is one
   */
  synchronized boolean await(long after, long nanos) throws InterruptedException {
    if (version <= after && nanos > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
    return version > after;
  }

  /** Lets all who wait look around. */
  synchronized void wake() {
    notifyAll();
  }

  private NavigableMap<String, Stored> of(Resource resource) {
    return objects.computeIfAbsent(resource.stored(), r -> new TreeMap<>());
  }
}
