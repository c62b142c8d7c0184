// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.cluster.ApiException.Kind;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Lists one kind of objects and then watches it, for ever, on a thread of its own. After an error
 * it goes on from where it was; only when the server does not remember that any more does it list
 * again, and never takes a list that is older than what it has seen.
 */
final class Follower implements AutoCloseable {

  /** A watch that lives shorter and tells nothing has not worked. */
  private static final long SHORT_NANOS = Duration.ofSeconds(1).toNanos();

  /** After so long a server that lags behind what we have seen is believed. */
  static final Duration BEHIND = Duration.ofSeconds(60);

  /** The server ends a watch after this time at least, so that its load can move. */
  private static final int WATCH_SECONDS = 300;

  private final Resource resource;
  private final ApiServer server;
  private final ClusterCatalog catalog;
  private final String nodeName;
  private final Duration silence;
  private final Duration behind;
  private final Log log;
  private final Lister lister;
  private final Trouble trouble;
  private final Connection connection;
  private final Retry retry = new Retry(() -> ThreadLocalRandom.current().nextDouble());
  private final Thread thread;

  // Owned by the thread.
  private String version = "";
  private boolean listed;
  private boolean bookmarks;
  private long behindSince;
  private boolean answered;
  private boolean doubtful;

  private volatile boolean closed;

  /**
   * @param version what the catalog holds of it is from; empty if it holds nothing
   * @param silence how long a watch may say nothing
   * @param behind how long a server may know less than the catalog before it is believed
   */
  Follower(
      Resource resource,
      ApiServer server,
      ClusterCatalog catalog,
      String nodeName,
      String version,
      Duration silence,
      Duration behind,
      Log log) {
    this.resource = resource;
    this.server = server;
    this.catalog = catalog;
    this.nodeName = nodeName;
    this.version = version;
    this.silence = silence;
    this.behind = behind;
    this.log = log;
    this.lister = new Lister(resource, server, catalog, nodeName, silence);
    this.trouble = new Trouble(log);
    this.connection = new Connection(resource.text());
    this.thread = new Thread(this::run, resource.text());
    this.thread.setDaemon(true);
  }

  SourceState state() {
    return connection.state();
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        try {
          if (!listed) {
            list();
          }
          watch();
          answered = false;
          well();
        } catch (ApiException e) {
          pause(e);
        } catch (RuntimeException e) {
          // One object that nobody thought of must not end this thread for ever.
          pause(new ApiException(Kind.GARBLED, "this program does not understand it: " + e));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause(ApiException failure) throws InterruptedException {
    if (!closed) {
      Thread.sleep(Math.max(1, afterFailure(failure).toMillis()));
    }
  }

  /** What is to be done, in the order of what is most likely. */
  private Duration afterFailure(ApiException failure) {
    Duration delay = retry.after(failure);
    // What answers and then makes no sense is not well again before it makes some.
    doubtful = answered && (failure.kind() == Kind.GARBLED || failure.kind() == Kind.BUSY);
    answered = false;
    switch (failure.kind()) {
      case GONE -> listed = false;
      case GARBLED -> {
        listed = false; // what cannot be read may be skipped that way
        return told(failure, delay);
      }
      case BEHIND -> behind();
      case SILENT -> {
        if (bookmarks && listed) {
          log.warning(
              resource.text() + ": " + failure.reason() + ", not even a bookmark; watching again");
          return Duration.ZERO;
        }
        // A server that sends no bookmarks may just have nothing to say.
        return listed ? Duration.ZERO : told(failure, delay);
      }
      default -> {
        return told(failure, delay);
      }
    }
    return delay;
  }

  private Duration told(ApiException failure, Duration delay) {
    boolean refused = failure.kind() == Kind.FORBIDDEN || failure.kind() == Kind.MISSING;
    if (refused) {
      catalog.refused(resource);
    }
    connection.away(failure.reason());
    trouble.is(
        resource.text()
            + ": "
            + failure.reason()
            + switch (failure.kind()) {
              case FORBIDDEN -> "; the role needs " + resource.right();
              case UNAUTHORIZED ->
                  "; the server refuses these credentials: look at " + server.access();
              case MISSING -> resource.essential() ? "" : "; going on without";
              default -> "";
            });
    return delay;
  }

  private void behind() {
    if (behindSince == 0) {
      behindSince = System.nanoTime();
    } else if (System.nanoTime() - behindSince > behind.toNanos()) {
      log.warning(
          resource.text()
              + ": the API server knows nothing newer than before version "
              + version
              + ", as after a restored backup; starting over with what it has");
      version = "";
      listed = false;
      behindSince = 0;
      catalog.startOver(resource);
    }
  }

  private void well() {
    retry.reset();
    behindSince = 0;
    over();
  }

  private void over() {
    doubtful = false;
    connection.following();
    trouble.over(resource.text() + ": following again");
  }

  private void list() throws ApiException, InterruptedException {
    connection.listing();
    version = lister.list(version);
    connection.heard();
    listed = true;
    behindSince = 0;
    // Delays go on growing: where watches fail, each attempt costs the server a list.
  }

  private void watch() throws ApiException, InterruptedException {
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SECONDS);
    String path =
        resource.path(nodeName)
            + "&watch=true&allowWatchBookmarks=true&timeoutSeconds="
            + seconds
            + "&resourceVersion="
            + version;
    long begun = System.nanoTime();
    String before = version;
    try (InputStream body = server.get(path, silence)) {
      answered = true;
      if (!doubtful) {
        over();
      }
      ApiObjects.watch(body, this::take);
    } catch (EventException e) {
      throw e.refusal;
    } catch (IOException e) {
      throw new ApiException(Kind.UNREACHABLE, Reasons.of(e));
    } finally {
      if (answered && System.nanoTime() - begun >= SHORT_NANOS) {
        retry.reset();
      }
    }
    if (version.equals(before) && System.nanoTime() - begun < SHORT_NANOS) {
      throw new ApiException(Kind.BUSY, "the server ends the watch at once");
    }
  }

  /** The server ends a watch with an event of its own. */
  private static final class EventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ApiException refusal;

    EventException(ApiException refusal) {
      super(refusal);
      this.refusal = refusal;
    }
  }

  private void take(ObjectNode event) {
    JsonNode object = event.path("object");
    String type = event.path("type").asText("");
    String seen = object.path("metadata").path("resourceVersion").asText("");
    boolean later = Versions.isLater(seen, version);
    connection.heard();
    if (!type.equals("ERROR")) {
      requireKind(object);
    }
    switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> {
        if (!later) {
          return; // told already; it might bring back what is gone
        }
        if (type.equals("DELETED")) {
          catalog.remove(resource, (ObjectNode) object);
        } else {
          catalog.put(resource, (ObjectNode) object);
        }
      }
      case "BOOKMARK" -> bookmarks = true;
      case "ERROR" ->
          throw new EventException(Refusals.of(object.path("code").asInt(500), object, ""));
      default ->
          throw new EventException(
              new ApiException(Kind.GARBLED, "the watch sends an event \"" + type + "\""));
    }
    retry.reset();
    if (doubtful) {
      over();
    }
    if (later) {
      version = seen;
      catalog.seen(resource, version);
    }
  }

  /** Another object's version would hide all changes up to it. */
  private void requireKind(JsonNode object) {
    String found = object.path("apiVersion").asText("") + " " + object.path("kind").asText("");
    String wanted = resource.kind().apiVersion() + " " + resource.kind().text();
    if (!found.equals(wanted)) {
      throw new EventException(
          new ApiException(
              Kind.GARBLED, "the watch sends \"" + found + "\" and not \"" + wanted + "\""));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
