// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.Fault.Behind;
import dev.ferrule.testapi.Fault.Cut;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Garbage;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Slow;
import dev.ferrule.testapi.Fault.Stall;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What another process can ask of the server besides the Kubernetes API, by POST of a JSON object:
 *
 * <ul>
 *   <li>{@code fault}: resource, verb, times (all may be missing), and effect: refuse (code,
 *       retryAfterSeconds), cut (bytes), stall (newRequests), slow (delayMillis, bytesPerSecond),
 *       behind (version), html, broken_json, wrong_kind or unknown_version
 *   <li>{@code clear}: takes all faults back
 *   <li>{@code watches}: resource, and action: end, break, break-in-next-event, or replay (after)
 *   <li>{@code etcd}: outage (true or false)
 *   <li>{@code compact}
 *   <li>{@code tokens}: user names by tokens
 *   <li>{@code bulk}: services, endpoints
 *   <li>{@code churn}: resource (endpointslices if missing), rate, seconds; answers at once
 * </ul>
 *
 * <p>Each answers with the version and the number of changes that the last churn has made.
 */
final class AdminApi {

  static final String PATH = "/ferrule-test/";

  private final ApiServer server;
  private volatile @Nullable Churn churn;

  AdminApi(ApiServer server) {
    this.server = server;
  }

  ObjectNode answer(Request request, byte[] body) {
    ObjectNode wish = body.length == 0 ? Json.object() : Json.parse(body, false);
    Faults faults = server.faults();
    switch (request.path().substring(PATH.length())) {
      case "" -> {
        // Just what is answered always.
      }
      case "fault" -> faults.add(fault(wish));
      case "clear" -> faults.clear();
      case "watches" -> watches(faults, wish);
      case "etcd" -> faults.etcdOutage(wish.path("outage").asBoolean());
      case "compact" -> server.compact();
      case "tokens" -> {
        Map<String, String> tokens = new HashMap<>();
        wish.properties().forEach(token -> tokens.put(token.getKey(), token.getValue().asText()));
        server.tokens(tokens);
      }
      case "bulk" ->
          server.createAll(
              SampleObjects.services(
                  wish.path("services").asInt(), wish.path("endpoints").asInt()));
      case "churn" ->
          churn =
              server.churn(
                  Resource.named(wish.path("resource").asText("endpointslices")),
                  wish.path("rate").asInt(),
                  wish.path("seconds").asInt());
      default -> throw StatusError.noSuchPath();
    }
    Churn last = churn;
    return Json.object()
        .put("resourceVersion", server.resourceVersion())
        .put("churned", last == null ? 0 : last.done());
  }

  private static void watches(Faults faults, JsonNode wish) {
    Resource resource = Resource.named(wish.path("resource").asText());
    switch (wish.path("action").asText()) {
      case "end" -> faults.endWatches(resource);
      case "break" -> faults.breakWatches(resource);
      case "break-in-next-event" -> faults.breakWatchesInNextEvent(resource);
      case "replay" -> faults.replay(resource, wish.path("after").asLong());
      default -> throw StatusError.badRequest("there is no action " + wish.path("action"));
    }
  }

  private static Fault fault(JsonNode wish) {
    String resource = wish.path("resource").asText("");
    String effect = wish.path("effect").asText();
    Effect what =
        switch (effect) {
          case "refuse" ->
              new Refuse(wish.path("code").asInt(), wish.path("retryAfterSeconds").asInt());
          case "cut" -> new Cut(wish.path("bytes").asLong());
          case "stall" -> new Stall(wish.path("newRequests").asBoolean());
          case "slow" ->
              new Slow(
                  Duration.ofMillis(wish.path("delayMillis").asLong()),
                  wish.path("bytesPerSecond").asLong());
          case "behind" -> new Behind(wish.path("version").asLong());
          default -> garbage(effect);
        };
    return new Fault(
        resource.isEmpty() ? null : Resource.named(resource),
        wish.path("verb").asText(""),
        wish.path("times").asInt(),
        what);
  }

  private static Garbage garbage(String effect) {
    try {
      return Garbage.valueOf(effect.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw StatusError.badRequest("there is no effect \"" + effect + "\"");
    }
  }
}
