// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.status.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the agent is.
 *
 * @param about what runs where
 * @param since when it came to this state
 * @param fight a repair of rules that another program damages again and again; null if none does
 * @param started when the agent began
 * @param news when the source told something last; null if it has told nothing yet
 * @param committed when a commit changed something last; null before the first
 * @param failures commits that failed since the start
 * @param repairs of what others did to our rules, since the start
 * @param problems what of the source is not in force
 */
record Standing(
    About about,
    State state,
    Instant since,
    @Nullable Drift fight,
    Instant started,
    @Nullable Instant news,
    @Nullable Instant committed,
    long failures,
    long repairs,
    List<Problem> problems) {

  Standing {
    problems = List.copyOf(problems);
  }

  /** Whether people should look at something. */
  boolean isWell() {
    return state == State.IN_STEP && fight == null;
  }

  /** The state in one word or a few. */
  String headline() {
    return switch (state) {
      case STARTING -> "Starting";
      case BEHIND -> "Behind";
      case FAILING -> "Failing";
      case IN_STEP -> fight == null ? "In step" : "Fighting over the rules";
    };
  }

  /** What it means and what to do, in a sentence. */
  String explanation() {
    return switch (state) {
      case STARTING ->
          "Waits for " + about.source() + "; the rules of before, if any, are in force.";
      case BEHIND -> "A change waits for its commit; rules of before are in force.";
      case FAILING ->
          "The kernel refuses our rules; it is tried again. The agent's log says what it refuses.";
      case IN_STEP ->
          fight == null
              ? "The kernel does what " + about.source() + " says."
              : fight.author()
                  + " changes our rules again and again; they are put right more slowly.";
    };
  }
}
