// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.Commit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an agent is at one instant.
 *
 * @param at the instant
 * @param state the sum of it
 * @param identity what runs, and where
 * @param started when the agent began
 * @param news when the source told something last; null if it has told nothing yet
 * @param commit the last one that changed something; null before the first
 * @param pending since when a change waits for its commit; null if none does
 * @param failing since when the kernel refuses; null if it does not
 * @param failures commits that failed since the start
 * @param drift repairs of what others did to our rules
 * @param problems what of the source is not in force
 * @param counts null if the sync thread is too busy to count
 * @param memory resident memory in bytes; 0 if it is not known
 */
public record StatusReport(
    Instant at,
    State state,
    Identity identity,
    Instant started,
    @Nullable Instant news,
    @Nullable LastCommit commit,
    @Nullable Instant pending,
    @Nullable Instant failing,
    long failures,
    Drift drift,
    List<Problem> problems,
    @Nullable Counts counts,
    long memory) {

  public StatusReport {
    problems = List.copyOf(problems);
  }

  /**
   * What runs.
   *
   * @param version Ferrule's
   * @param kernel release of the running kernel
   * @param rules {@code nftables} or {@code iptables}
   * @param source what is followed
   */
  public record Identity(
      String version,
      String java,
      String kernel,
      String rules,
      String source,
      String node,
      long pid) {}

  /** The last commit. */
  public record LastCommit(Instant at, Commit.Cause cause, Duration took, long commits) {

    /** The cause in one word. */
    public String word() {
      return cause.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Repairs.
   *
   * @param last null if there was none
   */
  public record Drift(long repairs, @Nullable Instant last) {}

  /**
   * What is in force.
   *
   * @param services with rules
   * @param frontends address, port and protocol that rules match
   * @param endpoints ready ones of Services with rules, of each port
   */
  public record Counts(int services, int frontends, int endpoints) {}
}
