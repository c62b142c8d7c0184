// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something in the folder that is not in force as it is written.
 *
 * @param file name of the file in the folder, or the path of the folder or state file itself
 * @param object kind and name, e.g. {@code Service default/web}; empty if it is about the file
 * @param field path to the field, e.g. {@code spec.ports[0].nodePort}; empty if there is none
 * @param message what is wrong with it and what to do
 */
public record Problem(Severity severity, String file, String object, String field, String message)
    implements Comparable<Problem> {

  /** How much is missing because of a problem. */
  public enum Severity {
    /** An object, a part of it or a file is not used; it counts as skipped. */
    SKIPPED,
    /** Something that this program has no use for was left aside. */
    IGNORED
  }

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparing(Problem::object)
          .thenComparing(Problem::field)
          .thenComparing(Problem::message)
          .thenComparing(Problem::severity);

  private static final int MAX_LENGTH = 500;

  public Problem {
    file = onOneLine(file);
    object = onOneLine(object);
    field = onOneLine(field);
    message = onOneLine(message);
  }

  /** Manifests may come from anybody, and what they hold must not reach a terminal as it is. */
  private static String onOneLine(String text) {
    String part = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    if (part.chars().noneMatch(Character::isISOControl)) {
      return part;
    }
    StringBuilder escaped = new StringBuilder();
    part.chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                escaped.append("\\u%04x".formatted(c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }

  public static Problem skipped(String file, String object, String field, String message) {
    return new Problem(Severity.SKIPPED, file, object, field, message);
  }

  public static Problem ignored(String file, String object, String field, String message) {
    return new Problem(Severity.IGNORED, file, object, field, message);
  }

  public Problem adding(String remark) {
    return new Problem(severity, file, object, field, message + remark);
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** One line: {@code file: object: field: message}, without the parts that are empty. */
  @Override
  public String toString() {
    return Stream.of(file, object, field, message)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(": "));
  }
}
