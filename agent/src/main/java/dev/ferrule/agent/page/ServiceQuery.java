// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which Services are to be shown, from the query of the address.
 *
 * @param text part of a name, or an address or a node port; empty for all
 * @param namespace the whole name of one; empty for all
 * @param refused only those with a port that has no endpoint
 * @param byName sorted by name, not by rate
 * @param page from 1
 */
record ServiceQuery(String text, String namespace, boolean refused, boolean byName, int page) {

  private static final int LONGEST = 100;
  private static final int LAST_PAGE = 100_000;

  /** All Services, those with most connections first. */
  static final ServiceQuery ALL = new ServiceQuery("", "", false, false, 1);

  /** Reads it; what cannot be read is as if it was not there. */
  static ServiceQuery parse(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(pair.substring(0, equals), decode(pair.substring(equals + 1)));
      }
    }
    return new ServiceQuery(
        values.getOrDefault("q", ""),
        values.getOrDefault("namespace", ""),
        values.getOrDefault("endpoints", "").equals("none"),
        values.getOrDefault("sort", "").equals("name"),
        page(values.getOrDefault("page", "1")));
  }

  private static String decode(String text) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8).strip();
      return decoded.length() <= LONGEST ? decoded : decoded.substring(0, LONGEST);
    } catch (IllegalArgumentException e) {
      return ""; // a lone percent sign
    }
  }

  private static int page(String text) {
    return text.matches("[0-9]{1,5}") ? Math.max(1, Integer.parseInt(text)) : 1;
  }

  /** The same on another page. */
  ServiceQuery at(int other) {
    return new ServiceQuery(text, namespace, refused, byName, Math.min(other, LAST_PAGE));
  }

  /** The same in the other order, from the start. */
  ServiceQuery sortedByName(boolean name) {
    return new ServiceQuery(text, namespace, refused, name, 1);
  }

  /** Where it is answered, as a reference relative to the page. */
  String link() {
    StringBuilder link = new StringBuilder();
    add(link, "q", text);
    add(link, "namespace", namespace);
    add(link, "endpoints", refused ? "none" : "");
    add(link, "sort", byName ? "name" : "");
    add(link, "page", page == 1 ? "" : Integer.toString(page));
    return (link.isEmpty() ? "/" : link.toString()) + "#services";
  }

  private static void add(StringBuilder link, String name, String value) {
    if (!value.isEmpty()) {
      link.append(link.isEmpty() ? '?' : '&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
