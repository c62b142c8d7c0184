// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Kind;
import dev.ferrule.agent.source.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;

/**
 * Writes Events, the only objects it ever writes. What every node of a cluster finds wrong is one
 * Event: its name follows from what it says, and whoever comes second is told by the server that it
 * is there. A node writes one a second at most, and drops what it cannot write in time.
 */
final class EventSender implements AutoCloseable {

  private static final String PATH = "/apis/events.k8s.io/v1/namespaces/";
  private static final int MOST_WAITING = 100;
  private static final int LONGEST_NOTE = 1024;
  private static final int TRIES = 3;

  private final ApiServer server;
  private final String nodeName;
  private final Duration scatter;
  private final Duration between;
  private final Trouble trouble;
  private final Trouble overflow;
  private final BlockingQueue<Notice> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread thread;

  EventSender(ApiServer server, String nodeName, Log log) {
    this(server, nodeName, Duration.ofSeconds(5), Duration.ofSeconds(1), log);
  }

  /**
   * @param scatter the first of several waits up to so long, as all nodes find the same at once
   * @param between two Events
   */
  EventSender(ApiServer server, String nodeName, Duration scatter, Duration between, Log log) {
    this.server = server;
    this.nodeName = nodeName;
    this.scatter = scatter;
    this.between = between;
    this.trouble = new Trouble(log);
    this.overflow = new Trouble(log);
    this.thread = new Thread(this::run, "events");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Never waits. */
  void tell(Notice notice) {
    if (!waiting.offer(notice)) {
      overflow.is("events: more than " + MOST_WAITING + " wait; the others are in this log alone");
    }
  }

  private void run() {
    try {
      while (true) {
        Notice notice = waiting.take();
        pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(scatter.toNanos() + 1)));
        do {
          send(notice);
          pause(between);
          notice = waiting.poll();
        } while (notice != null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  private void send(Notice notice) throws InterruptedException {
    String namespace =
        notice.object().namespace().isEmpty() ? "default" : notice.object().namespace();
    Retry retry = new Retry(() -> ThreadLocalRandom.current().nextDouble());
    for (int i = 0; i < TRIES; i++) {
      try {
        server.write("POST", PATH + namespace + "/events", event(notice, namespace).toString());
        trouble.over("events: written again");
        return;
      } catch (ApiException e) {
        switch (e.kind()) {
          case CONFLICT -> {
            again(notice, namespace);
            return;
          }
          case FORBIDDEN -> {
            trouble.is(
                "events: "
                    + e.reason()
                    + "; the role needs create and patch on events of events.k8s.io");
            return;
          }
          default -> {
            trouble.is("events: " + e.reason());
            pause(retry.after(e));
          }
        }
      }
    }
  }

  /** One of this node is renewed; one of all nodes is there already, and that is enough. */
  private void again(Notice notice, String namespace) throws InterruptedException {
    if (!notice.reason().ofNode()) {
      return;
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("series").put("count", 2).put("lastObservedTime", now());
    try {
      server.write("PATCH", PATH + namespace + "/events/" + name(notice), patch.toString());
    } catch (ApiException e) {
      trouble.is("events: " + e.reason());
    }
  }

  private ObjectNode event(Notice notice, String namespace) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    event.putObject("metadata").put("name", name(notice)).put("namespace", namespace);
    event.put("eventTime", now());
    event.put("reportingController", "ferrule.dev/ferrule");
    event.put("reportingInstance", "ferrule-" + nodeName);
    event.put("action", "Programming").put("reason", notice.reason().text());
    event.put("type", "Warning");
    event.put(
        "note",
        notice.message().length() <= LONGEST_NOTE
            ? notice.message()
            : notice.message().substring(0, LONGEST_NOTE - 3) + "...");
    ObjectNode regarding = event.putObject("regarding");
    Kind kind = Kind.named(notice.kind());
    regarding.put("kind", notice.kind()).put("name", notice.object().name());
    if (!notice.object().namespace().isEmpty()) {
      regarding.put("namespace", notice.object().namespace());
    }
    if (kind != null) {
      regarding.put("apiVersion", kind.apiVersion());
    }
    return event;
  }

  /** With microseconds, as the API wants them. */
  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000000Z");
  }

  private String name(Notice notice) {
    CRC32C hash = new CRC32C();
    String text =
        notice.kind()
            + notice.reason().text()
            + notice.message()
            + (notice.reason().ofNode() ? nodeName : "");
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    return notice.object().name() + "." + HexFormat.of().toHexDigits((int) hash.getValue());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
