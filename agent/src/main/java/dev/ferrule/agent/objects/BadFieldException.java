// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

/** A field that no API server would accept: the object it is part of is refused. */
public final class BadFieldException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String field;

  public BadFieldException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The path to the field, e.g. {@code spec.ports[0].port}. */
  public String field() {
    return field;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
