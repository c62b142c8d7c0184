// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

/** Whether the kernel does what the source says. */
public enum State {
  /** There was no commit yet: the source has not told all. */
  STARTING("starting"),

  /** The kernel has all that the source told, or will in a moment. */
  IN_STEP("in step"),

  /** A change has waited for its commit for too long. */
  BEHIND("behind"),

  /** The kernel refuses; it is tried again. */
  FAILING("failing");

  private final String text;

  State(String text) {
    this.text = text;
  }

  /** As it is shown. */
  public String text() {
    return text;
  }
}
