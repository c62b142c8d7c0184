// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.agent.log.LogFormat;
import dev.ferrule.rules.nftables.Counting;

/**
 * What is told of the agent and the traffic.
 *
 * @param counters what the rules count
 * @param metricsServices Services, and as many endpoints, that have metrics of their own at most
 * @param statusPage who may see the status page
 * @param logFormat how {@code run} writes what happens
 */
public record ObservingSettings(
    Counting counters, int metricsServices, StatusPageAccess statusPage, LogFormat logFormat) {}
