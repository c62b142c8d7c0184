// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Garbage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What goes back for one request, in the form that the client wants. */
final class Answer {

  /** From this size on the API server compresses lists, if the client can take it. */
  private static final long COMPRESS_FROM = 128 * 1024;

  private static final int TOO_MANY_REQUESTS = 429;

  /** Of these a deletion answers with the object, of others with a Status. */
  private static final Set<Resource> RETURNED_WHEN_DELETED =
      Set.of(Resource.SERVICES, Resource.PODS, Resource.SERVICEACCOUNTS);

  private final HttpExchange exchange;
  private final @Nullable Effect effect;

  /** Not begun; the effect is what happens to its body. */
  Answer(HttpExchange exchange, @Nullable Effect effect) {
    this.exchange = exchange;
    this.effect = effect;
  }

  private String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** The body, to be closed when it is complete. */
  OutputStream start(int code, String type) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
    exchange.sendResponseHeaders(code, 0);
    return new FaultyBody(exchange.getResponseBody(), effect);
  }

  void text(int code, String text) throws IOException {
    text(code, "text/plain; charset=utf-8", text);
  }

  private void text(int code, String type, String text) throws IOException {
    OutputStream out = start(code, type);
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.close();
  }

  void send(int code, JsonNode tree) throws IOException {
    OutputStream out = start(code, "application/json");
    out.write(Json.bytes(tree));
    out.close();
  }

  void refuse(StatusError error) throws IOException {
    int seconds = error.status().at("/details/retryAfterSeconds").asInt();
    if (seconds > 0) {
      exchange.getResponseHeaders().set("Retry-After", Integer.toString(seconds));
    }
    if (error.code() == TOO_MANY_REQUESTS) {
      // What limits the number of requests does not know Status objects.
      text(TOO_MANY_REQUESTS, "Too many requests, please try again later.\n");
    } else {
      send(error.code(), error.status());
    }
  }

  private boolean wantsTable() {
    return header("Accept").contains("as=Table");
  }

  void object(int code, Resource view, Stored object) throws IOException {
    if (wantsTable()) {
      ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(object.version()));
      send(code, Tables.of(view, List.of(object), metadata));
    } else {
      send(code, object.object(view));
    }
  }

  void list(ListAnswer list) throws IOException {
    if (wantsTable()) {
      send(200, Tables.of(list.view(), list.objects(), list.metadata()));
      return;
    }
    boolean compress = header("Accept-Encoding").contains("gzip") && list.size() >= COMPRESS_FROM;
    if (compress) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    OutputStream out = start(200, "application/json");
    if (compress) {
      out = new FastGzip(out);
    }
    list.write(out);
    out.close();
  }

  /** As fast as the API server's, level 1. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 15);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /** Says that something is gone; without an object it was a collection, or not meant. */
  void deletion(Resource resource, String name, @Nullable Stored deleted) throws IOException {
    if (deleted != null && RETURNED_WHEN_DELETED.contains(resource)) {
      send(200, deleted.object(resource));
      return;
    }
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details");
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    details.put("group", resource.group()).put("kind", resource.plural());
    if (deleted != null) {
      details.set("uid", deleted.content().at("/metadata/uid"));
    }
    send(200, status);
  }

  void garbage(Request request, Garbage garbage) throws IOException {
    if (garbage == Garbage.HTML) {
      text(200, "text/html", "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n");
      return;
    }
    Resource resource = request.resource() == null ? Resource.PODS : request.resource();
    String suffix = request.verb().equals("list") ? "List" : "";
    String kind = garbage == Garbage.WRONG_KIND ? "Lease" : resource.kind();
    String version = garbage == Garbage.WRONG_KIND ? "coordination.k8s.io/v1" : "v99alpha1";
    String object =
        "{\"kind\":\"%s%s\",\"apiVersion\":\"%s\",\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}"
            .formatted(kind, suffix, version);
    String end = garbage == Garbage.BROKEN_JSON ? "" : "}";
    boolean event = request.verb().equals("watch");
    String text =
        event ? "{\"type\":\"ADDED\",\"object\":" + object + end + end + "\n" : object + end;
    text(200, "application/json", text);
  }
}
