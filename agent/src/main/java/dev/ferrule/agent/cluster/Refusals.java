// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.agent.cluster.ApiException.Kind;
import java.time.Duration;

/** Reads {@code Status} objects, the API's way to say no. */
final class Refusals {

  private static final long MOST_SECONDS = 60;

  private Refusals() {}

  /**
   * What an HTTP status means.
   *
   * @param status the body of the answer; it may be anything
   * @param retryAfter the header of that name, in seconds; empty without one
   */
  static ApiException of(int code, JsonNode status, String retryAfter) {
    String message = status.path("message").asText("");
    String told = message.isEmpty() ? "HTTP status " + code : message;
    Duration wait = seconds(retryAfter, status.path("details").path("retryAfterSeconds").asLong());
    return new ApiException(kind(code, status, message), told, wait);
  }

  private static Kind kind(int code, JsonNode status, String message) {
    if (tooLarge(status, message)) {
      return Kind.BEHIND;
    }
    return switch (code) {
      case 401 -> Kind.UNAUTHORIZED;
      case 403 -> Kind.FORBIDDEN;
      case 404 -> Kind.MISSING;
      case 409 -> Kind.CONFLICT;
      case 410 -> Kind.GONE;
      default -> code >= 500 || code == 429 ? Kind.BUSY : Kind.GARBLED;
    };
  }

  /** The server has not seen the resource version that we have seen. */
  private static boolean tooLarge(JsonNode status, String message) {
    for (JsonNode cause : status.path("details").path("causes")) {
      if (cause.path("reason").asText("").equals("ResourceVersionTooLarge")) {
        return true;
      }
    }
    return message.contains("Too large resource version");
  }

  private static Duration seconds(String header, long inStatus) {
    long seconds = inStatus;
    try {
      seconds = header.isEmpty() ? inStatus : Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      // a date: rare, and our own delay is as good
    }
    return Duration.ofSeconds(Math.max(0, Math.min(MOST_SECONDS, seconds)));
  }
}
