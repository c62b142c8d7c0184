// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import dev.ferrule.rules.model.ObjectName;

/**
 * Something about an object that whoever looks at it should know.
 *
 * @param kind of the object, e.g. {@code Service}
 * @param message one sentence
 */
public record Notice(Reason reason, String kind, ObjectName object, String message) {

  /** What it is about. */
  public enum Reason {
    /** The object, or a part of it, is not in force; every node says the same. */
    SKIPPED("NotProgrammed", false),
    /** A port for health checks could not be opened on this node; kube-proxy's reason. */
    HEALTH_CHECK_FAILED("FailedToStartServiceHealthcheck", true);

    private final String text;
    private final boolean ofNode;

    Reason(String text, boolean ofNode) {
      this.text = text;
      this.ofNode = ofNode;
    }

    /** One word for programs. */
    public String text() {
      return text;
    }

    /** Whether it is about one node; else all nodes say the same. */
    public boolean ofNode() {
      return ofNode;
    }
  }
}
