// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

/** A pod's place in the network: a namespace with one address of each family behind a node. */
public record LabPod(
    String name, NetNamespace namespace, LabNode node, int slot, String ipv4, String ipv6) {

  /** The node's end of the pod's cable. */
  public String cable() {
    return "pod" + slot;
  }
}
