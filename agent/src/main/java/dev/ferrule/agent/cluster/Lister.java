// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.objects.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Reads all objects of one kind into the catalog. */
final class Lister {

  /** A list may pause this long between two bytes. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final Resource resource;
  private final ApiServer server;
  private final ClusterCatalog catalog;
  private final String nodeName;

  Lister(Resource resource, ApiServer server, ClusterCatalog catalog, String nodeName) {
    this.resource = resource;
    this.server = server;
    this.catalog = catalog;
    this.nodeName = nodeName;
  }

  /**
   * Reads the list. If it breaks off, what was read of it is in the catalog, and nothing is missing
   * there.
   *
   * @param oldest the list must be from this version or later; empty for any that the server has at
   *     hand
   * @return the version that it is from
   */
  String list(String oldest) throws ApiException, InterruptedException {
    Set<ObjectKey> keys = new HashSet<>();
    ApiObjects.ListEnd end =
        page(
            oldest.isEmpty()
                ? "&resourceVersion=0"
                : "&resourceVersion=" + oldest + "&resourceVersionMatch=NotOlderThan",
            keys);
    while (!end.more().isEmpty()) {
      end = page("&continue=" + URLEncoder.encode(end.more(), StandardCharsets.UTF_8), keys);
    }
    catalog.listed(resource, keys, end.version());
    return end.version();
  }

  private ApiObjects.ListEnd page(String query, Set<ObjectKey> keys)
      throws ApiException, InterruptedException {
    try (InputStream body = server.get(resource.path(nodeName) + query, SILENCE)) {
      return ApiObjects.list(
          body,
          resource.kind(),
          object -> {
            ObjectKey key = catalog.put(resource, object);
            if (key != null) {
              keys.add(key);
            }
          });
    } catch (IOException e) {
      throw new ApiException(ApiException.Kind.UNREACHABLE, Reasons.of(e));
    }
  }
}
