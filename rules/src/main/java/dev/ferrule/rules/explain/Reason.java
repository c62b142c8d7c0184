// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

/**
 * One thing that had a part in the answer.
 *
 * @param text one sentence for the reader, without a full stop
 */
public record Reason(Topic topic, String text) {

  /** What a reason is about; in the order in which they are told. */
  public enum Topic {
    /** Whose address and port it is. */
    SERVICE,
    /** Other Services that ask for the same. */
    CONFLICT,
    /** What the client counts as. */
    CLIENT,
    /** loadBalancerSourceRanges. */
    SOURCE_RANGES,
    /** A traffic policy. */
    POLICY,
    /** Which endpoints can be used. */
    ENDPOINTS,
    /** Topology hints. */
    HINTS,
    /** How one of the endpoints is chosen. */
    BALANCING,
    /** Session affinity. */
    AFFINITY,
    /** Whose address the endpoint sees. */
    MASQUERADE,
    /** Why nobody, or somebody else, gets it. */
    REFUSAL
  }
}
