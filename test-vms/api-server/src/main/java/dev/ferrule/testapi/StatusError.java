// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** An answer that is not a success, as the Status object that the API server sends for it. */
public final class StatusError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient ObjectNode status;

  StatusError(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Failure").put("message", message);
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    status.put("code", code);
  }

  /** The HTTP status. */
  public int code() {
    return code;
  }

  /** As in the object, {@code NotFound} for example; empty if the server gives none. */
  public String reason() {
    return reason;
  }

  ObjectNode status() {
    return status;
  }

  private StatusError about(Resource resource, String name) {
    ObjectNode details = status.putObject("details");
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    if (!resource.group().isEmpty()) {
      details.put("group", resource.group());
    }
    details.put("kind", resource.plural());
    return this;
  }

  StatusError retryAfter(int seconds) {
    status.withObject("/details").put("retryAfterSeconds", seconds);
    return this;
  }

  static StatusError notFound(Resource resource, String name) {
    String message = resource.qualified() + " \"" + name + "\" not found";
    return new StatusError(404, "NotFound", message).about(resource, name);
  }

  static StatusError noSuchPath() {
    return new StatusError(404, "NotFound", "the server could not find the requested resource");
  }

  static StatusError alreadyExists(Resource resource, String name) {
    String message = resource.qualified() + " \"" + name + "\" already exists";
    return new StatusError(409, "AlreadyExists", message).about(resource, name);
  }

  static StatusError conflict(Resource resource, String name) {
    String message =
        "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your changes to the latest version and try again";
    return new StatusError(409, "Conflict", message.formatted(resource.qualified(), name))
        .about(resource, name);
  }

  static StatusError invalid(Resource resource, String name, String cause) {
    String kind =
        resource.group().isEmpty() ? resource.kind() : resource.kind() + "." + resource.group();
    return new StatusError(422, "Invalid", kind + " \"" + name + "\" is invalid: " + cause)
        .about(resource, name);
  }

  static StatusError badRequest(String message) {
    return new StatusError(400, "BadRequest", message);
  }

  static StatusError invalidPatch(String cause) {
    return new StatusError(
        422, "Invalid", "the server rejected our request due to an error in our request: " + cause);
  }

  static StatusError expired(String message) {
    return new StatusError(410, "Expired", message);
  }

  static StatusError unauthorized() {
    return new StatusError(401, "Unauthorized", "Unauthorized");
  }

  static StatusError forbidden(
      String user, String verb, Resource resource, String namespace, String name) {
    String scope =
        namespace.isEmpty() ? "at the cluster scope" : "in the namespace \"" + namespace + "\"";
    String message =
        String.format(
            Locale.ROOT,
            "%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s",
            resource.qualified(),
            name.isEmpty() ? "" : " \"" + name + "\"",
            user,
            verb,
            resource.plural(),
            resource.group(),
            scope);
    return new StatusError(403, "Forbidden", message).about(resource, name);
  }

  /** For a version that is not there yet; clients look for the cause in the details. */
  static StatusError tooLargeVersion(long wanted, long current) {
    StatusError error =
        new StatusError(
            504,
            "Timeout",
            "Timeout: Too large resource version: " + wanted + ", current: " + current);
    error
        .retryAfter(1)
        .status
        .withObject("/details")
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    return error;
  }

  static StatusError etcdTimeout() {
    return new StatusError(500, "", "etcdserver: request timed out");
  }

  /** What a server sends that cannot or does not want to answer. */
  static StatusError of(int code) {
    return switch (code) {
      case 401 -> unauthorized();
      case 403 -> new StatusError(403, "Forbidden", "forbidden: no right to this path");
      case 410 -> expired("The resourceVersion for the provided list is too old.");
      case 429 -> new StatusError(429, "TooManyRequests", "too many requests");
      case 500 ->
          new StatusError(500, "InternalError", "Internal error occurred: asked for by a test");
      case 503 ->
          new StatusError(
              503, "ServiceUnavailable", "the server is currently unable to handle the request");
      default ->
          new StatusError(code, "", "answered with " + code + " because a test asked for it");
    };
  }
}
