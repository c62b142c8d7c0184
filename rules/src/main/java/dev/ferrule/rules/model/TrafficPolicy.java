// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/** {@code internalTrafficPolicy} or {@code externalTrafficPolicy} of a Service. */
public enum TrafficPolicy {
  /** Every usable endpoint of the cluster may be chosen. */
  CLUSTER,
  /** Only endpoints on this node may be chosen. */
  LOCAL;

  /** The value in the API: {@code Cluster} or {@code Local}. */
  public String text() {
    return this == CLUSTER ? "Cluster" : "Local";
  }
}
