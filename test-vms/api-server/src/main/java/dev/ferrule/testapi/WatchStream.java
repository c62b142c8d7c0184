// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.FaultyBody.CutException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** One watch that runs: what changes, as lines of JSON, each sent at once. */
final class WatchStream {

  /** How a test ends it. */
  enum Ending {
    NONE,
    CLEAN,
    BROKEN,
    INSIDE_OF_NEXT_EVENT
  }

  /**
   * What the request wants.
   *
   * @param view the resource as it was named
   * @param after the version it continues from
   * @param timeout after which it ends
   * @param bookmarks how often it tells its version; zero for never
   */
  record Wish(Resource view, Selector selector, long after, Duration timeout, Duration bookmarks) {}

  private static final int BATCH = 1000;
  private static final byte[] LINE_END = {'}', '\n'};

  private final Store store;
  private final Faults faults;
  private final Wish wish;
  private final BooleanSupplier open;
  private final OutputStream out;
  private final AtomicLong replayAfter = new AtomicLong(-1);
  private volatile Ending ending = Ending.NONE;
  private long position;

  WatchStream(Store store, Faults faults, Wish wish, BooleanSupplier open, OutputStream body) {
    this.store = store;
    this.faults = faults;
    this.wish = wish;
    this.open = open;
    this.out = new BufferedOutputStream(body, 1 << 15);
    this.position = wish.after();
  }

  Resource resource() {
    return wish.view();
  }

  void end(Ending how) {
    ending = how;
  }

  void replay(long afterVersion) {
    replayAfter.set(afterVersion);
  }

  /** The state at the start as added objects; a watch that wants to know where it ends is told. */
  void begin(Iterable<Stored> objects, boolean tellEnd) throws IOException {
    for (Stored object : objects) {
      if (wish.selector().matches(object)) {
        write(new WatchEvent(WatchEvent.Type.ADDED, object));
      }
    }
    if (tellEnd) {
      bookmark(true);
    }
    out.flush();
  }

  /** Runs until its time is over, the server stops or a test ends it. */
  void run() throws IOException {
    faults.opened(this);
    try {
      follow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    } catch (StatusError e) {
      out.write("{\"type\":\"ERROR\",\"object\":".getBytes(StandardCharsets.US_ASCII));
      out.write(Json.bytes(e.status()));
      out.write(LINE_END);
      out.flush();
    } finally {
      faults.closed(this);
    }
  }

  private void follow() throws IOException, InterruptedException {
    boolean bookmarks = !wish.bookmarks().isZero();
    long now = System.nanoTime();
    long end = now + wish.timeout().toNanos();
    long nextBookmark = now + (bookmarks ? wish.bookmarks() : wish.timeout()).toNanos();
    while (true) {
      faults.awaitFlow(wish.view(), "watch", true, open);
      if (!open.getAsBoolean() || ending == Ending.BROKEN) {
        throw new CutException();
      }
      if (ending == Ending.CLEAN) {
        return;
      }
      again();
      List<Change> changes = store.since(position, BATCH);
      for (Change change : changes) {
        send(change);
        position = change.version();
      }
      now = System.nanoTime();
      boolean over = now - end >= 0;
      if (bookmarks && (over || now - nextBookmark >= 0)) {
        bookmark(false);
        nextBookmark = now + wish.bookmarks().toNanos();
      }
      if (over) {
        return;
      }
      if (changes.isEmpty()) {
        store.await(position, Math.min(end - now, nextBookmark - now));
      }
    }
  }

  private void again() throws IOException, InterruptedException {
    long after = replayAfter.getAndSet(-1);
    if (after >= 0) {
      for (Change change : store.since(after, Integer.MAX_VALUE)) {
        if (change.version() <= position) {
          send(change);
        }
      }
    }
  }

  private void send(Change change) throws IOException, InterruptedException {
    WatchEvent event = change.seenThrough(wish.selector());
    if (event == null) {
      return;
    }
    faults.awaitFlow(wish.view(), "watch", true, open);
    if (!open.getAsBoolean() || ending == Ending.BROKEN) {
      throw new CutException();
    }
    if (ending == Ending.INSIDE_OF_NEXT_EVENT) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      event.object().write(whole, wish.view(), false);
      start(event.type().name());
      out.write(whole.toByteArray(), 0, whole.size() / 2);
      out.flush();
      throw new CutException();
    }
    write(event);
    out.flush();
  }

  private void start(String type) throws IOException {
    out.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
  }

  private void write(WatchEvent event) throws IOException {
    start(event.type().name());
    event.object().write(out, wish.view(), false);
    out.write(LINE_END);
  }

  private void bookmark(boolean endOfInitialEvents) throws IOException {
    ObjectNode object =
        Json.object().put("kind", wish.view().kind()).put("apiVersion", wish.view().apiVersion());
    ObjectNode metadata =
        object
            .putObject("metadata")
            .put("resourceVersion", Long.toString(position))
            .putNull("creationTimestamp");
    if (endOfInitialEvents) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    start("BOOKMARK");
    out.write(Json.bytes(object));
    out.write(LINE_END);
    out.flush();
  }
}
