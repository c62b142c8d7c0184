// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

/** What became of the topology hints of a Service port's ready endpoints. */
public enum HintUse {
  /** Only endpoints hinted for this node are used. */
  SAME_NODE,
  /** Only endpoints hinted for this node's zone are used. */
  SAME_ZONE,
  /** No endpoint has a hint. */
  NONE_GIVEN,
  /** Not used: an endpoint has no hint of a zone (or, if there are hints of nodes, of a node). */
  SOME_WITHOUT,
  /** Not used: this node's zone is not known (kubernetes/kubernetes#103888). */
  NODE_WITHOUT_ZONE,
  /** Not used: no hint names this node's zone. */
  NONE_NAMES_ZONE
}
