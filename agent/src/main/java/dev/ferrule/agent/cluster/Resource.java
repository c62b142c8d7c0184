// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.objects.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What is asked of the API server: these and no others. */
enum Resource {
  SERVICES("/api/v1/services", "", Kind.SERVICE, true),
  ENDPOINT_SLICES(
      "/apis/discovery.k8s.io/v1/endpointslices", "discovery.k8s.io", Kind.ENDPOINT_SLICE, true),
  NODES("/api/v1/nodes", "", Kind.NODE, false),
  SERVICE_CIDRS(
      "/apis/networking.k8s.io/v1/servicecidrs", "networking.k8s.io", Kind.SERVICE_CIDR, false);

  /** What kube-proxy leaves out: objects of headless Services and those of other proxies. */
  private static final String SELECTOR =
      "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name";

  private final String path;
  private final String group;
  private final Kind kind;
  private final boolean essential;

  Resource(String path, String group, Kind kind, boolean essential) {
    this.path = path;
    this.group = group;
    this.kind = kind;
    this.essential = essential;
  }

  Kind kind() {
    return kind;
  }

  /** Whether there is no picture without it; the others can do without their rights. */
  boolean essential() {
    return essential;
  }

  /** The name in the API, e.g. {@code endpointslices}. */
  String text() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The right that is needed, for a message. */
  String right() {
    return "list and watch on " + text() + (group.isEmpty() ? "" : " of " + group);
  }

  /** Path and query, to be added to, of all that is wanted of it; of the Nodes it is one alone. */
  String path(String nodeName) {
    return this == NODES
        ? path + "?fieldSelector=" + encoded("metadata.name=" + nodeName)
        : path + (essential ? "?labelSelector=" + encoded(SELECTOR) : "?pretty=false");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
