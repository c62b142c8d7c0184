// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import java.io.Serial;

/** What a client sent is no request; the message says why, in one sentence. */
public final class RequestException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  RequestException(String message) {
    super(message);
  }
}
