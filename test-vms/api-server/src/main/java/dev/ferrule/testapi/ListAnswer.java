// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.Store.Snapshot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;

/**
 * What a list request gets: the objects that match, of one version, perhaps only the next page of
 * them.
 *
 * @param more the token for the next page; empty if this is the last
 * @param remaining how many are on later pages; -1 if the API server would not say
 */
record ListAnswer(Resource view, long version, List<Stored> objects, String more, long remaining) {

  private static final long NEWEST = -1;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String TOO_OLD =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided token"
          + " results in an inconsistent list - objects that were created, modified, or deleted"
          + " between the time the first chunk was returned and now may show up in the list.";

  /**
   * Reads it from the store.
   *
   * @throws StatusError Expired, Timeout for a version that is not there yet, BadRequest
   */
  static ListAnswer of(Store store, Resource view, Request request) throws InterruptedException {
    Selector selector = request.selector();
    String resourceVersion = request.parameter("resourceVersion");
    long limit = request.number("limit", 0);
    String token = request.parameter("continue");
    String after = "";
    Snapshot snapshot;
    if (!token.isEmpty()) {
      JsonNode place = place(token);
      after = place.path("start").asText();
      snapshot = resume(store, view, place.path("rv").asLong(), after);
    } else if (request.parameter("resourceVersionMatch").equals("Exact")) {
      snapshot = store.snapshot(view, request.number("resourceVersion", 0));
    } else {
      awaitVersion(store, request.number("resourceVersion", 0));
      snapshot = store.snapshot(view);
      // What comes from the cache comes whole.
      limit = resourceVersion.equals("0") ? 0 : limit;
    }
    NavigableMap<String, Stored> rest = snapshot.objects().tailMap(after, false);
    List<Stored> matching = new ArrayList<>();
    rest.values().stream().filter(selector::matches).forEach(matching::add);
    if (limit <= 0 || matching.size() <= limit) {
      return new ListAnswer(view, snapshot.version(), matching, "", -1);
    }
    List<Stored> page = List.copyOf(matching.subList(0, (int) limit));
    String more = token(snapshot.version(), page.get(page.size() - 1).key());
    long remaining = selector.all() ? matching.size() - limit : -1;
    return new ListAnswer(view, snapshot.version(), page, more, remaining);
  }

  static void awaitVersion(Store store, long version) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (store.version() < version && end - System.nanoTime() > 0) {
      store.await(store.version(), end - System.nanoTime());
    }
    if (store.version() < version) {
      throw StatusError.tooLargeVersion(version, store.version());
    }
  }

  private static Snapshot resume(Store store, Resource view, long version, String after) {
    if (version == NEWEST) {
      return store.snapshot(view);
    }
    try {
      return store.snapshot(view, version);
    } catch (StatusError e) {
      StatusError expired = StatusError.expired(TOO_OLD);
      expired.status().withObject("/metadata").put("continue", token(NEWEST, after));
      throw expired;
    }
  }

  private static String token(long version, String after) {
    ObjectNode place =
        Json.object().put("v", "meta.k8s.io/v1").put("rv", version).put("start", after);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(place));
  }

  private static JsonNode place(String token) {
    try {
      return Json.parse(Base64.getUrlDecoder().decode(token), false);
    } catch (IllegalArgumentException e) {
      throw StatusError.badRequest("continue key is not valid: " + e.getMessage());
    }
  }

  /** About how long it is, in bytes. */
  long size() {
    return objects.stream().mapToLong(Stored::size).sum();
  }

  /** The metadata of the list. */
  ObjectNode metadata() {
    ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(version));
    if (!more.isEmpty()) {
      metadata.put("continue", more);
      if (remaining >= 0) {
        metadata.put("remainingItemCount", remaining);
      }
    }
    return metadata;
  }

  /** Writes it object by object. */
  void write(OutputStream body) throws IOException {
    OutputStream out = new BufferedOutputStream(body, 1 << 16);
    String start =
        "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
            .formatted(view.kind(), view.apiVersion(), metadata());
    out.write(start.getBytes(StandardCharsets.UTF_8));
    boolean first = true;
    for (Stored object : objects) {
      if (!first) {
        out.write(',');
      }
      first = false;
      object.write(out, view, true);
    }
    out.write("]}\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
