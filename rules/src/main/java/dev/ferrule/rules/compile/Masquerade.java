// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

/**
 * Whose source address is replaced by the node's. An endpoint that reaches itself (hairpin) always
 * has it replaced.
 */
public enum Masquerade {
  NOBODY,
  EVERYBODY,
  /** Clients that are not Pods of the cluster. */
  ALL_BUT_PODS,
  /** The node itself. */
  THE_NODE
}
