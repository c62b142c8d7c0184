// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Garbage;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Slow;
import dev.ferrule.testapi.FaultyBody.CutException;
import dev.ferrule.testapi.Registry.Part;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Answers requests. */
final class HttpApi implements HttpHandler {

  /** From this size on the API server compresses, if the client can take it. */
  private static final long COMPRESS_FROM = 128 * 1024;

  private static final int TOO_MANY_REQUESTS = 429;

  /** Of these a deletion answers with the object, of others with a Status. */
  private static final Set<Resource> RETURNED_WHEN_DELETED =
      Set.of(Resource.SERVICES, Resource.PODS, Resource.SERVICEACCOUNTS);

  private static final Duration WATCH_TIME = Duration.ofMinutes(30);

  private final Store store;
  private final Registry registry;
  private final Faults faults;
  private final Authentication authentication;
  private final Duration bookmarks;
  private final AdminApi admin;
  private final Audit audit;
  private final BooleanSupplier open;

  /**
   * Over a store.
   *
   * @param bookmarks how often a watch that wants them gets one
   * @param audit is told each request
   * @param open says false when the server stops
   */
  HttpApi(
      Store store,
      Registry registry,
      Faults faults,
      Authentication authentication,
      Duration bookmarks,
      AdminApi admin,
      Audit audit,
      BooleanSupplier open) {
    this.store = store;
    this.registry = registry;
    this.faults = faults;
    this.authentication = authentication;
    this.bookmarks = bookmarks;
    this.admin = admin;
    this.audit = audit;
    this.open = open;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Request request = Request.of(exchange.getRequestMethod(), exchange.getRequestURI());
    Effect effect = null;
    try {
      if (request.path().startsWith(AdminApi.PATH)) {
        send(exchange, null, 200, admin.answer(request, body));
        return;
      }
      audit.asked(request);
      faults.awaitFlow(request.resource(), request.verb(), false, open);
      if (!open.getAsBoolean()) {
        throw new CutException();
      }
      effect = faults.take(request.resource(), request.verb());
      String user = authentication.user(exchange);
      if (effect instanceof Refuse refuse) {
        throw refusal(refuse, request, user);
      } else if (effect instanceof Garbage garbage) {
        garbage(exchange, request, garbage);
      } else {
        if (effect instanceof Slow slow) {
          FaultyBody.sleep(slow.delay().toMillis());
        }
        route(exchange, request, body, effect);
      }
    } catch (StatusError e) {
      int seconds = e.status().at("/details/retryAfterSeconds").asInt();
      if (seconds > 0) {
        exchange.getResponseHeaders().set("Retry-After", Integer.toString(seconds));
      }
      if (e.code() == TOO_MANY_REQUESTS) {
        // What limits the number of requests does not know Status objects.
        text(exchange, effect, TOO_MANY_REQUESTS, "Too many requests, please try again later.\n");
      } else {
        send(exchange, effect, e.code(), e.status());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    } catch (RuntimeException e) {
      send(exchange, null, 500, new StatusError(500, "InternalError", e.toString()).status());
    }
  }

  private static StatusError refusal(Refuse refuse, Request request, String user) {
    Resource resource = request.resource();
    StatusError error =
        refuse.code() == 403 && resource != null
            ? StatusError.forbidden(
                user, request.verb(), resource, request.namespace(), request.name())
            : StatusError.of(refuse.code());
    return refuse.retryAfterSeconds() > 0 ? error.retryAfter(refuse.retryAfterSeconds()) : error;
  }

  private void route(HttpExchange exchange, Request request, byte[] body, @Nullable Effect effect)
      throws IOException, InterruptedException {
    Resource resource = request.resource();
    if (Discovery.HEALTH.contains(request.path())) {
      text(exchange, effect, 200, "ok");
      return;
    }
    if (resource == null) {
      send(exchange, effect, 200, Discovery.answer(request.path()));
      return;
    }
    boolean cached = request.parameter("resourceVersion").equals("0");
    boolean quorum = !request.verb().equals("watch") && !cached;
    if (quorum && faults.hasEtcdOutage()) {
      throw StatusError.etcdTimeout();
    }
    boolean status = request.subresource().equals("status");
    boolean knownPath = request.subresource().isEmpty() || (status && resource.withStatus());
    boolean placed =
        request.name().isEmpty() || resource.namespaced() != request.namespace().isEmpty();
    if (!knownPath || !placed) {
      throw StatusError.noSuchPath();
    }
    String name = request.name();
    String namespace = request.namespace();
    Part part = status ? Part.STATUS : Part.MAIN;
    boolean dryRun = !request.parameter("dryRun").isEmpty();
    switch (request.verb()) {
      case "watch" -> watch(exchange, request, resource, effect);
      case "list" -> list(exchange, request, resource, effect);
      case "get" -> {
        Stored found = store.get(resource.stored(), namespace, name);
        if (found == null) {
          throw StatusError.notFound(resource, name);
        }
        send(exchange, effect, 200, shown(exchange, resource, found));
      }
      case "create" -> {
        ObjectNode object = object(exchange, body);
        Stored made = registry.create(resource, namespace, object, part, dryRun);
        send(exchange, effect, 201, shown(exchange, resource, made));
      }
      case "update", "patch" -> {
        Stored changed =
            registry.change(resource, namespace, name, part, dryRun, edit(exchange, request, body));
        send(exchange, effect, 200, shown(exchange, resource, changed));
      }
      case "delete" -> {
        Stored deleted = dryRun ? null : registry.delete(resource, namespace, name);
        send(exchange, effect, 200, deletion(resource, name, deleted));
      }
      case "deletecollection" -> {
        ListAnswer all = ListAnswer.of(store, resource, request);
        for (Stored each : all.objects()) {
          registry.delete(resource, each.namespace(), each.name());
        }
        send(exchange, effect, 200, deletion(resource, "", null));
      }
      default ->
          throw new StatusError(
              405,
              "MethodNotAllowed",
              "the server does not allow this method on the requested resource");
    }
  }

  private static UnaryOperator<ObjectNode> edit(
      HttpExchange exchange, Request request, byte[] body) {
    if (request.verb().equals("update")) {
      ObjectNode object = object(exchange, body);
      return old -> object;
    }
    Patch patch = Patch.of(contentType(exchange));
    JsonNode changes = patch == Patch.JSON ? Json.tree(body) : Json.parse(body, false);
    return old -> patch.apply(changes, old);
  }

  private static String contentType(HttpExchange exchange) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    return type == null ? "" : type;
  }

  private static ObjectNode object(HttpExchange exchange, byte[] body) {
    String type = contentType(exchange);
    if (type.contains("protobuf")) {
      throw new StatusError(
          415, "UnsupportedMediaType", "the test API server reads JSON and YAML, not " + type);
    }
    return Json.parse(body, type.contains("yaml"));
  }

  private static ObjectNode deletion(Resource resource, String name, @Nullable Stored deleted) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details");
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    details.put("group", resource.group()).put("kind", resource.plural());
    if (deleted != null && RETURNED_WHEN_DELETED.contains(resource)) {
      return deleted.object(resource);
    }
    if (deleted != null) {
      details.set("uid", deleted.content().at("/metadata/uid"));
    }
    return status;
  }

  private static boolean wantsTable(HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return accept != null && accept.contains("as=Table");
  }

  private static ObjectNode shown(HttpExchange exchange, Resource view, Stored object) {
    if (!wantsTable(exchange)) {
      return object.object(view);
    }
    ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(object.version()));
    return Tables.of(view, List.of(object), metadata);
  }

  private void list(
      HttpExchange exchange, Request request, Resource resource, @Nullable Effect effect)
      throws IOException, InterruptedException {
    ListAnswer answer = ListAnswer.of(store, resource, request);
    if (wantsTable(exchange)) {
      send(exchange, effect, 200, Tables.of(resource, answer.objects(), answer.metadata()));
      return;
    }
    String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    boolean compress =
        accepted != null && accepted.contains("gzip") && answer.size() >= COMPRESS_FROM;
    if (compress) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    OutputStream out = start(exchange, effect, 200, "application/json");
    if (compress) {
      out = new FastGzip(out);
    }
    answer.write(out);
    out.close();
    audit.listed();
  }

  /** As fast as the API server's, level 1. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 15);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private void watch(
      HttpExchange exchange, Request request, Resource resource, @Nullable Effect effect)
      throws IOException, InterruptedException {
    Selector selector = request.selector();
    long from = request.number("resourceVersion", 0);
    boolean tellEnd = request.flag("sendInitialEvents");
    boolean replayed = tellEnd || from == 0;
    if (tellEnd && !request.parameter("resourceVersionMatch").equals("NotOlderThan")) {
      throw new StatusError(
          422,
          "Invalid",
          "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
              + " sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    ListAnswer.awaitVersion(store, tellEnd ? from : 0);
    Store.Snapshot start = store.snapshot(resource);
    if (faults.isExpiredAsStatus() && !replayed) {
      store.since(from, 0);
    }
    long seconds = request.number("timeoutSeconds", WATCH_TIME.toSeconds());
    boolean marked = request.flag("allowWatchBookmarks");
    WatchStream.Wish wish =
        new WatchStream.Wish(
            resource,
            selector,
            replayed ? start.version() : from,
            Duration.ofSeconds(seconds),
            marked ? bookmarks : Duration.ZERO);
    OutputStream out = start(exchange, effect, 200, "application/json");
    WatchStream stream = new WatchStream(store, faults, wish, open, out);
    if (replayed) {
      stream.begin(start.objects().values(), tellEnd && marked);
    }
    stream.run();
    out.close();
  }

  private static void garbage(HttpExchange exchange, Request request, Garbage garbage)
      throws IOException {
    Resource resource = request.resource() == null ? Resource.PODS : request.resource();
    boolean list = request.verb().equals("list");
    String suffix = list ? "List" : "";
    String object =
        switch (garbage) {
          case HTML -> "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n";
          case BROKEN_JSON ->
              "{\"kind\":\"" + resource.kind() + suffix + "\",\"apiVersion\":\"v1\",\"met";
          case WRONG_KIND ->
              "{\"kind\":\"Lease%s\",\"apiVersion\":\"coordination.k8s.io/v1\",\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}}"
                  .formatted(suffix);
          case UNKNOWN_VERSION ->
              "{\"kind\":\"%s%s\",\"apiVersion\":\"v99alpha1\",\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}}"
                  .formatted(resource.kind(), suffix);
        };
    boolean event = request.verb().equals("watch") && garbage != Garbage.HTML;
    String type = garbage == Garbage.HTML ? "text/html" : "application/json";
    OutputStream out = start(exchange, null, 200, type);
    String text = event ? "{\"type\":\"ADDED\",\"object\":" + object + "}\n" : object;
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.close();
  }

  private static OutputStream start(
      HttpExchange exchange, @Nullable Effect effect, int code, String type) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
    exchange.sendResponseHeaders(code, 0);
    return new FaultyBody(exchange.getResponseBody(), effect);
  }

  private static void text(HttpExchange exchange, @Nullable Effect effect, int code, String text)
      throws IOException {
    OutputStream out = start(exchange, effect, code, "text/plain; charset=utf-8");
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.close();
  }

  private static void send(
      HttpExchange exchange, @Nullable Effect effect, int code, JsonNode answer)
      throws IOException {
    OutputStream out = start(exchange, effect, code, "application/json");
    out.write(Json.bytes(answer));
    out.close();
  }
}
