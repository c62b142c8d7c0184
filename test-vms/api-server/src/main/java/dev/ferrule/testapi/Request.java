// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the server.
 *
 * @param method of HTTP
 * @param path without the query
 * @param query decoded; of a parameter that is there twice, the last
 * @param verb as in RBAC rules for a resource, else the method in lower case
 * @param resource null if the path is none of a resource that is served
 * @param namespace empty if there is none in the path
 * @param name empty if there is none in the path
 * @param subresource {@code status}, or empty
 */
public record Request(
    String method,
    String path,
    Map<String, String> query,
    String verb,
    @Nullable Resource resource,
    String namespace,
    String name,
    String subresource) {

  static Request of(String method, URI uri) {
    String path = uri.getPath();
    Map<String, String> query = query(uri.getRawQuery());
    List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
    Resource resource = null;
    String namespace = "";
    List<String> rest = List.of();
    int start = path.startsWith("/api/v1/") ? 2 : path.startsWith("/apis/") ? 3 : 0;
    if (start > 0 && parts.size() > start) {
      String group = start == 2 ? "" : parts.get(1);
      boolean inNamespace =
          parts.get(start).equals("namespaces")
              && parts.size() > start + 2
              && !parts.get(start + 2).equals("status");
      int at = inNamespace ? start + 2 : start;
      namespace = inNamespace ? parts.get(start + 1) : "";
      resource =
          start == 3 && !parts.get(2).equals("v1")
              ? null
              : Resource.find(group, parts.get(at)).orElse(null);
      rest = parts.subList(at + 1, parts.size());
    }
    String name = rest.isEmpty() ? "" : rest.get(0);
    String subresource = rest.size() < 2 ? "" : String.join("/", rest.subList(1, rest.size()));
    return new Request(
        method,
        path,
        query,
        resource == null ? method.toLowerCase(Locale.ROOT) : verb(method, name, query),
        resource,
        namespace,
        name,
        subresource);
  }

  private static String verb(String method, String name, Map<String, String> query) {
    return switch (method) {
      case "GET" -> isTrue(query.get("watch")) ? "watch" : name.isEmpty() ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  private static boolean isTrue(@Nullable String value) {
    return "true".equals(value) || "1".equals(value);
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String part : raw == null ? List.<String>of() : Arrays.asList(raw.split("&", -1))) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      query.put(decode(key), decode(value));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** A parameter of the query; empty if there is none. */
  public String parameter(String parameter) {
    return query.getOrDefault(parameter, "");
  }

  boolean flag(String parameter) {
    return isTrue(query.get(parameter));
  }

  /**
   * A parameter that is a number.
   *
   * @throws StatusError BadRequest if it is none
   */
  long number(String parameter, long otherwise) {
    String text = parameter(parameter);
    try {
      return text.isEmpty() ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw StatusError.badRequest(parameter + ": Invalid value: \"" + text + "\": invalid syntax");
    }
  }

  /** The same for exactly this version. */
  Request at(long version) {
    Map<String, String> exact = new LinkedHashMap<>(query);
    exact.put("resourceVersion", Long.toString(version));
    exact.put("resourceVersionMatch", "Exact");
    return new Request(method, path, exact, verb, resource, namespace, name, subresource);
  }

  Selector selector() {
    if (resource == null) {
      throw StatusError.noSuchPath();
    }
    return new Selector(
        resource, namespace, parameter("labelSelector"), parameter("fieldSelector"));
  }
}
