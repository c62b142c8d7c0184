// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Metrics of our own: the agent, the traffic and the host. */
package dev.ferrule.agent.telemetry;
