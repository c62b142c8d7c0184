// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an agent is at one instant.
 *
 * @param at the instant
 * @param state the sum of it
 * @param identity what runs, and where
 * @param started when the agent began
 * @param sources how it goes with each thing that is followed
 * @param news when the source told something last; null if it has told nothing yet
 * @param commit the last one that changed something; null before the first
 * @param pending what waits for its commit; null if nothing does
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
    List<SourceState> sources,
    @Nullable Instant news,
    @Nullable LastCommit commit,
    @Nullable Pending pending,
    @Nullable Instant failing,
    long failures,
    Repairs drift,
    List<Problem> problems,
    @Nullable Counts counts,
    long memory) {

  public StatusReport {
    sources = List.copyOf(sources);
    problems = List.copyOf(problems);
  }

  /**
   * What runs.
   *
   * @param version Ferrule's
   * @param kernel release of the running kernel
   * @param rules {@code nftables} or {@code iptables}, the latter with its variant if it is known
   * @param nft the version of the program nft, which is only for reading; empty without it
   * @param source what is followed
   */
  public record Identity(
      String version,
      String java,
      String kernel,
      String rules,
      String nft,
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
   * What waits for its commit.
   *
   * @param services Services that are different since the last commit
   * @param endpoints Services whose endpoints are
   */
  public record Pending(Instant since, int services, int endpoints) {}

  /**
   * Repairs.
   *
   * @param last null if there was none
   * @param opponent who changes our rules again and again, so that repairs are damped; empty if
   *     nobody does
   */
  public record Repairs(long count, @Nullable Drift last, String opponent) {

    /** What was repaired so far. */
    public static Repairs of(DriftHistory history) {
      List<Drift> latest = history.latest();
      DriftHistory.Fight fight = history.fight();
      return new Repairs(
          history.repairs(),
          latest.isEmpty() ? null : latest.get(latest.size() - 1),
          fight == null ? "" : fight.author());
    }
  }

  /**
   * What is in force.
   *
   * @param services with rules
   * @param frontends address, port and protocol that rules match
   * @param endpoints ready ones of Services with rules, of each port
   * @param tables tables of ours; 0 in mode iptables, as are sets and elements
   * @param sets sets and maps in them
   * @param elements in all of these
   */
  public record Counts(
      int services, int frontends, int endpoints, int tables, int sets, int elements) {

    /** Asks for little, as it is the sync thread that answers. */
    public static Counts of(DesiredState desired) {
      Map<IpFamily, Map<String, Integer>> elements = desired.elements();
      return new Counts(
          desired.forwarding().services().size(),
          desired.forwarding().frontends().size(),
          desired.endpoints(),
          elements.size(),
          elements.values().stream().mapToInt(Map::size).sum(),
          elements.values().stream()
              .flatMap(sets -> sets.values().stream())
              .mapToInt(Integer::intValue)
              .sum());
    }
  }
}
