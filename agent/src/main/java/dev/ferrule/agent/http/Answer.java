// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a client gets.
 *
 * @param status code of HTTP, 200 to 599
 * @param headers further ones by name; those about length and connection are not to be set
 * @param body sent as UTF-8
 */
public record Answer(int status, Map<String, String> headers, String body) {

  public static final int OK = 200;
  public static final int UNAVAILABLE = 503;

  private static final Answer NOT_FOUND = text(404, "404 page not found\n");

  public Answer {
    headers = Map.copyOf(headers);
  }

  /** JSON, with the headers that kube-proxy sends beside it. */
  public static Answer json(int status, String body) {
    return new Answer(
        status,
        Map.of("Content-Type", "application/json", "X-Content-Type-Options", "nosniff"),
        body);
  }

  /** Plain text. */
  public static Answer text(int status, String body) {
    return new Answer(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff"),
        body);
  }

  /** There is no such page. */
  public static Answer notFound() {
    return NOT_FOUND;
  }

  /** The same with one more header. */
  public Answer with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Answer(status, more, body);
  }
}
