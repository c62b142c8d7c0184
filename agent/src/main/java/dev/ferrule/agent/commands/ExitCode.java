// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

/** What the commands end with; scripts rely on it. */
final class ExitCode {

  /** Done, or nothing to change. */
  static final int OK = 0;

  /** Could not do it; standard error says why. */
  static final int ERROR = 1;

  /** {@code plan}: there are changes. */
  static final int CHANGES = 2;

  /** {@code status}: the kernel is not as the source says. */
  static final int OUT_OF_STEP = 2;

  /** {@code apply --strict}: done, but some objects were skipped. */
  static final int SKIPPED = 3;

  /** {@code doctor}: it found something that may fail, and nothing worse. */
  static final int WARNINGS = 4;

  /** {@code doctor}: it found something that fails. */
  static final int ERRORS_FOUND = 5;

  private ExitCode() {}
}
