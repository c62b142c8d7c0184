// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

/** Whether something comes, goes or becomes different. */
public enum Sign {
  ADDED("+"),
  REMOVED("-"),
  CHANGED("~");

  private final String text;

  Sign(String text) {
    this.text = text;
  }

  /** One character, as in a diff. */
  public String text() {
    return text;
  }
}
