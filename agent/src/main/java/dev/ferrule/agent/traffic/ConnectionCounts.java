// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.rules.compile.ServicePortName;
import java.util.Map;

/**
 * Connections since the agent started, as of one instant. Two of them give a rate.
 *
 * @param nanos when they were read, as {@link System#nanoTime} counts
 * @param services by Service port, those without connections too; empty where nothing is counted
 * @param endpoints by endpoint, those with connections only; empty unless endpoints are counted.
 *     What session affinity sends back to a known endpoint is counted for the Service alone
 */
public record ConnectionCounts(
    long nanos, Map<ServicePortName, Long> services, Map<ServiceEndpoint, Long> endpoints) {

  public ConnectionCounts {
    services = Map.copyOf(services);
    endpoints = Map.copyOf(endpoints);
  }
}
