// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import java.time.Duration;

/** A request that the API server did not answer as wanted. */
final class ApiException extends Exception {

  private static final long serialVersionUID = 1;

  /** What to do about it. */
  enum Kind {
    /** Nothing at all can be sent: no credentials, no name, no connection, no trust. */
    UNREACHABLE,
    /** The server does not know us. */
    UNAUTHORIZED,
    /** It knows us and will not tell. */
    FORBIDDEN,
    /** It does not know such a resource or object. */
    MISSING,
    /** It does not remember that far back. */
    GONE,
    /** It has not come as far as what we have seen already: another replica, an older backup. */
    BEHIND,
    /** It exists already, or somebody was faster. */
    CONFLICT,
    /** It wants to be asked later, or cannot answer now. */
    BUSY,
    /** What it says is no answer to the question. */
    GARBLED,
    /** It has stopped to say anything. */
    SILENT
  }

  private final Kind kind;
  private final Duration retryAfter;

  ApiException(Kind kind, String message) {
    this(kind, message, Duration.ZERO);
  }

  /**
   * @param retryAfter as the server asks; zero if it does not
   */
  ApiException(Kind kind, String message, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  Kind kind() {
    return kind;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
