// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.ferrule.testapi.Fault.Behind;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Garbage;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Slow;
import dev.ferrule.testapi.FaultyBody.CutException;
import dev.ferrule.testapi.Registry.Part;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers requests. */
final class HttpApi implements HttpHandler {

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
   * @param audit is told what happens
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
    Answer answer = new Answer(exchange, null);
    try {
      if (request.path().startsWith(AdminApi.PATH)) {
        answer.send(200, admin.answer(request, body));
        return;
      }
      audit.asked(request);
      faults.awaitFlow(request.resource(), request.verb(), false, open);
      if (!open.getAsBoolean()) {
        throw new CutException();
      }
      Effect effect = faults.take(request.resource(), request.verb());
      answer = new Answer(exchange, effect);
      String user = authentication.user(exchange);
      if (effect instanceof Refuse refuse) {
        throw refusal(refuse, request, user);
      } else if (effect instanceof Garbage garbage) {
        answer.garbage(request, garbage);
      } else {
        if (effect instanceof Slow slow) {
          FaultyBody.sleep(slow.delay().toMillis());
        }
        route(exchange, request, body, effect, answer);
      }
    } catch (StatusError e) {
      answer.refuse(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    } catch (RuntimeException e) {
      answer.refuse(new StatusError(500, "InternalError", e.toString()));
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

  private void route(
      HttpExchange exchange, Request request, byte[] body, @Nullable Effect effect, Answer answer)
      throws IOException, InterruptedException {
    Resource resource = request.resource();
    if (Discovery.HEALTH.contains(request.path())) {
      answer.text(200, "ok");
      return;
    }
    if (resource == null) {
      answer.send(200, Discovery.answer(request.path()));
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
      case "watch" -> watch(exchange, request, resource, answer);
      case "list" -> {
        Request asked = effect instanceof Behind behind ? request.at(behind.version()) : request;
        answer.list(ListAnswer.of(store, resource, asked));
        audit.listed();
      }
      case "get" -> {
        Stored found = store.get(resource.stored(), namespace, name);
        if (found == null) {
          throw StatusError.notFound(resource, name);
        }
        answer.object(200, resource, found);
      }
      case "create" -> {
        ObjectNode object = object(exchange, body);
        Stored made = registry.create(resource, namespace, object, part, dryRun);
        answer.object(201, resource, made);
      }
      case "update", "patch" -> {
        Stored changed =
            registry.change(resource, namespace, name, part, dryRun, edit(exchange, request, body));
        answer.object(200, resource, changed);
      }
      case "delete" -> {
        Stored deleted = dryRun ? null : registry.delete(resource, namespace, name);
        answer.deletion(resource, name, deleted);
      }
      case "deletecollection" -> {
        ListAnswer all = ListAnswer.of(store, resource, request);
        for (Stored each : all.objects()) {
          registry.delete(resource, each.namespace(), each.name());
        }
        answer.deletion(resource, "", null);
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

  private void watch(HttpExchange exchange, Request request, Resource resource, Answer answer)
      throws IOException, InterruptedException {
    if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
      // The JDK's server cannot; after this answer fabric8's client watches by plain HTTP.
      answer.text(200, "");
      return;
    }
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
    OutputStream out = answer.start(200, "application/json");
    WatchStream stream = new WatchStream(store, faults, wish, open, out);
    if (replayed) {
      stream.begin(start.objects().values(), tellEnd && marked);
    }
    stream.run();
    out.close();
  }
}
