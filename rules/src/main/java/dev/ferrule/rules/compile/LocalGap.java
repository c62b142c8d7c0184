// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpFamily;

/**
 * Tells of a Service port that one of its traffic policies is Local and that it has endpoints, but
 * none on this node: what the policy is about is dropped here.
 */
public record LocalGap(IpFamily family, Traffic traffic) {

  /** Which of a Service's two policies is meant. */
  public enum Traffic {
    /** {@code internalTrafficPolicy}: connections to the ClusterIP. */
    INTERNAL("internal"),
    /** {@code externalTrafficPolicy}: connections from outside to any other address. */
    EXTERNAL("external");

    private final String text;

    Traffic(String text) {
      this.text = text;
    }

    /** As kube-proxy's metrics name it: {@code internal} or {@code external}. */
    public String text() {
      return text;
    }
  }
}
