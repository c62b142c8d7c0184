// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.util.List;

/** What was given to us: the configuration and the source. */
public final class Inputs {

  private static final int MOST_NAMED = 3;

  private Inputs() {}

  /**
   * What is said of the configuration.
   *
   * @param failure why it cannot be read; empty if it can
   */
  public static Finding configuration(String failure) {
    return failure.isEmpty()
        ? Topic.CONFIGURATION.ok("the configuration can be read")
        : Topic.CONFIGURATION.found(
            Severity.ERROR, failure + "; what follows is said of the defaults");
  }

  /**
   * A source that was read.
   *
   * @param addresses how many addresses and ports its Services have
   * @param problems what is not in force in it, a line each
   */
  public static Finding source(String name, int addresses, List<String> problems) {
    String text = name + " has Services with " + addresses + " addresses and ports";
    return problems.isEmpty()
        ? Topic.SOURCE.ok(text + " and no problems")
        : Topic.SOURCE.found(
            Severity.WARNING,
            text
                + "; "
                + problems.size()
                + (problems.size() == 1 ? " problem: " : " problems: ")
                + String.join("; ", problems.subList(0, Math.min(MOST_NAMED, problems.size())))
                + (problems.size() > MOST_NAMED ? "; and others" : ""));
  }

  /** A source that cannot be read. */
  public static Finding unreadable(String failure) {
    return Topic.SOURCE.found(Severity.ERROR, failure);
  }
}
