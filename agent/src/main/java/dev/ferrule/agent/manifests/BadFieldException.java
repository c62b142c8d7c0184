// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

/** A field that no API server would accept: the object it is part of is refused. */
final class BadFieldException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String field;

  BadFieldException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The path to the field, e.g. {@code spec.ports[0].port}. */
  String field() {
    return field;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
