// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Endpoint;

/**
 * Why an endpoint of a Service port is, or is not, among those that connections are given to.
 *
 * @param copies how many EndpointSlices list it, at least 1; it counts once
 */
public record EndpointStanding(Backend backend, Endpoint endpoint, int copies, Standing standing) {

  /** What decided. */
  public enum Standing {
    USED,
    /** Used although it terminates, because none is ready. */
    USED_TERMINATING,
    WEIGHT_ZERO,
    /** On another node, where only this node's count. */
    OTHER_NODE,
    NOT_READY,
    /** It terminates, and others are ready. */
    TERMINATING,
    /** It terminates and does not serve any more. */
    TERMINATED,
    /** Its hint names another node or zone. */
    HINTED_ELSEWHERE
  }

  /** Whether connections are given to it. */
  public boolean used() {
    return standing == Standing.USED || standing == Standing.USED_TERMINATING;
  }
}
