// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import org.jspecify.annotations.Nullable;

/**
 * The object that a line is about.
 *
 * @param namespace empty for an object without one
 */
public record About(String kind, String namespace, String name) {

  /**
   * The object as messages name it, for example {@code Service default/web}; null if it is none.
   */
  public static @Nullable About of(String object) {
    int space = object.indexOf(' ');
    if (space <= 0 || object.indexOf(' ', space + 1) >= 0) {
      return null;
    }
    int slash = object.indexOf('/', space);
    return new About(
        object.substring(0, space),
        slash < 0 ? "" : object.substring(space + 1, slash),
        object.substring(Math.max(space, slash) + 1));
  }
}
