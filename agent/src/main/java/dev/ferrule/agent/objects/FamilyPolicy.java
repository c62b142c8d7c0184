// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

/** {@code spec.ipFamilyPolicy} of a Service. */
public enum FamilyPolicy {
  SINGLE("SingleStack"),
  PREFER_DUAL("PreferDualStack"),
  REQUIRE_DUAL("RequireDualStack");

  private final String text;

  FamilyPolicy(String text) {
    this.text = text;
  }

  /** The value in the API, e.g. {@code PreferDualStack}. */
  public String text() {
    return text;
  }
}
