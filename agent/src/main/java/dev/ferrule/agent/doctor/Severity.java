// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.util.Locale;

/** How much a finding matters, the least first. */
public enum Severity {
  /** As it should be. */
  OK,
  /** Worth to know, or could not be looked at; nothing has to be done. */
  NOTE,
  /** Some connections may fail, or will when the host is busier. */
  WARNING,
  /** Rules cannot be written, or connections fail. */
  ERROR;

  /** In lower case, as the output has it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
