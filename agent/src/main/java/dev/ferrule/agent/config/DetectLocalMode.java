// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Arrays;

/** The words of {@code detectLocalMode}. */
enum DetectLocalMode {
  CLUSTER_CIDR("ClusterCIDR"),
  NODE_CIDR("NodeCIDR"),
  BRIDGE_INTERFACE("BridgeInterface"),
  INTERFACE_NAME_PREFIX("InterfaceNamePrefix");

  private final String word;

  DetectLocalMode(String word) {
    this.word = word;
  }

  static DetectLocalMode parse(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.word.equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("\"" + text + "\" is no way to detect Pods"));
  }
}
