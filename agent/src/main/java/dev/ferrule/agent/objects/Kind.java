// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import org.jspecify.annotations.Nullable;

/** The kinds of objects that a folder is read for. */
public enum Kind {
  SERVICE("v1", "Service"),
  ENDPOINTS("v1", "Endpoints"),
  POD("v1", "Pod"),
  NODE("v1", "Node"),
  ENDPOINT_SLICE("discovery.k8s.io/v1", "EndpointSlice"),
  SERVICE_CIDR("networking.k8s.io/v1", "ServiceCIDR");

  private final String apiVersion;
  private final String text;

  Kind(String apiVersion, String text) {
    this.apiVersion = apiVersion;
    this.text = text;
  }

  public static @Nullable Kind named(String text) {
    for (Kind kind : values()) {
      if (kind.text.equals(text)) {
        return kind;
      }
    }
    return null;
  }

  public String apiVersion() {
    return apiVersion;
  }

  /** The name in the API, e.g. {@code EndpointSlice}. */
  public String text() {
    return text;
  }

  public boolean namespaced() {
    return this != NODE && this != SERVICE_CIDR;
  }
}
