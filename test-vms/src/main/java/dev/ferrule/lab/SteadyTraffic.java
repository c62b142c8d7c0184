// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** A client that never stops connecting, to see whether a change costs anybody a connection. */
public final class SteadyTraffic {
  private final Caller caller;
  private final String address;
  private final int port;
  private final Duration pause;
  private final Thread thread = new Thread(this::keepCalling, "steady traffic");
  // written by the traffic thread alone, read after it has ended
  private final Map<String, Integer> answered = new TreeMap<>();
  private final Map<String, Integer> failed = new TreeMap<>();
  private volatile boolean enough;

  /** How it went: answers by server, failures by moment and reason. */
  public record Tally(Map<String, Integer> answered, Map<String, Integer> failed) {
    public int connections() {
      return sum(answered) + failures();
    }

    public int failures() {
      return sum(failed);
    }

    private static int sum(Map<String, Integer> counts) {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private SteadyTraffic(Caller caller, String address, int port, Duration pause) {
    this.caller = caller;
    this.address = address;
    this.port = port;
    this.pause = pause;
    thread.setDaemon(true);
  }

  /** Starts calling; the caller is closed with the traffic. */
  public static SteadyTraffic start(Caller caller, String address, int port, Duration pause) {
    SteadyTraffic traffic = new SteadyTraffic(caller, address, port, pause);
    traffic.thread.start();
    return traffic;
  }

  private void keepCalling() {
    while (!enough) {
      try {
        answered.merge(caller.get(address, port).server(), 1, Integer::sum);
      } catch (IOException e) {
        String reason = e.getClass().getSimpleName() + ": " + e.getMessage();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS); // as in the agent's log
        failed.merge(now + " " + address + " port " + port + ": " + reason, 1, Integer::sum);
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Stops them one after the other and counts what all of them did. */
  public static Tally stopAll(Collection<SteadyTraffic> traffic) {
    Map<String, Integer> answered = new TreeMap<>();
    Map<String, Integer> failed = new TreeMap<>();
    for (SteadyTraffic one : traffic) {
      Tally tally = one.stop();
      tally.answered().forEach((server, count) -> answered.merge(server, count, Integer::sum));
      tally.failed().forEach((reason, count) -> failed.merge(reason, count, Integer::sum));
    }
    return new Tally(answered, failed);
  }

  /** Stops and counts. */
  public Tally stop() {
    enough = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while stopping steady traffic", e);
    } finally {
      caller.close();
    }
    return new Tally(Map.copyOf(answered), Map.copyOf(failed));
  }
}
