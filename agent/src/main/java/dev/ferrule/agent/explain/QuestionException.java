// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

/** A question that cannot be answered as it is asked; the message says what to ask instead. */
public final class QuestionException extends Exception {

  private static final long serialVersionUID = 1L;

  QuestionException(String message) {
    super(message);
  }
}
