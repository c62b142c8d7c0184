// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.lab.Caller;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a load balancer hears when it asks this node about a Service. */
record HealthCheck(int port, boolean listening, int status, OptionalInt localEndpoints) {
  private static final Pattern LOCAL = Pattern.compile("\"localEndpoints\":\\s*(\\d+)");

  static HealthCheck of(JsonNode check) {
    JsonNode local = check.path("localEndpoints");
    return new HealthCheck(
        check.path("port").asInt(),
        check.path("listening").asBoolean(true),
        check.path("status").asInt(),
        local.isInt() ? OptionalInt.of(local.asInt()) : OptionalInt.empty());
  }

  /** What is wrong, if anything. */
  Optional<String> ask(Caller node) {
    Caller.Page page;
    try {
      page = node.page("127.0.0.1", port, "/");
    } catch (IOException e) {
      return listening
          ? Optional.of("health port %d: %s".formatted(port, e.getMessage()))
          : Optional.empty();
    }
    if (!listening) {
      return Optional.of("health port %d answers %d".formatted(port, page.status()));
    }
    Matcher said = LOCAL.matcher(page.body());
    OptionalInt local =
        said.find() ? OptionalInt.of(Integer.parseInt(said.group(1))) : OptionalInt.empty();
    if (page.status() == status && (localEndpoints.isEmpty() || local.equals(localEndpoints))) {
      return Optional.empty();
    }
    return Optional.of(
        "health port %d: %d with %s local, expected %d with %s"
            .formatted(port, page.status(), local, status, localEndpoints));
  }
}
