// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

/** Ends a walk through rules that cannot be followed. */
final class LostException extends Exception {

  private static final long serialVersionUID = 1L;

  LostException(String message) {
    super(message);
  }
}
