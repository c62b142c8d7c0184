// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ServicePortName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * New connections a second, over an interval.
 *
 * @param at the end of the interval
 * @param interval from one look at the kernel's counters to the other
 * @param ports how many Service ports were asked about
 * @param perSecond of all of them
 * @param byEndpoint whether endpoints are counted at all
 * @param rows those with most, the first one first; as many as were asked for at most
 */
public record TopReport(
    Instant at,
    Duration interval,
    int ports,
    double perSecond,
    boolean byEndpoint,
    List<Row> rows) {

  public TopReport {
    rows = List.copyOf(rows);
  }

  /**
   * A Service port.
   *
   * @param endpoints those that were given connections, the busiest first; {@link #MOST_ENDPOINTS}
   *     of them at most
   * @param moreEndpoints how many others were
   */
  public record Row(
      ServicePortName port, double perSecond, List<Share> endpoints, int moreEndpoints) {

    /** So many endpoints of a Service port are told. */
    public static final int MOST_ENDPOINTS = 10;

    public Row {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * An endpoint.
   *
   * @param part of all new connections that the endpoints of this Service port were given, up to 1.
   *     What session affinity sends back to a known endpoint is not among them
   */
  public record Share(Backend endpoint, double perSecond, double part) {}
}
