// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

/** A file that cannot be taken apart into objects; none of it is used. */
final class UnreadableFileException extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableFileException(String message) {
    super(message);
  }

  UnreadableFileException(int line, String message) {
    super(line > 0 ? "line " + line + ": " + message : message);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
