// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.time.Duration;

/**
 * Limits of the kernel's connection tracking. Zero leaves the system's own value.
 *
 * @param maxPerCore entries per processor, at least {@code min} in all
 */
public record ConntrackSettings(
    int maxPerCore,
    int min,
    Duration tcpEstablishedTimeout,
    Duration tcpCloseWaitTimeout,
    boolean tcpBeLiberal,
    Duration udpTimeout,
    Duration udpStreamTimeout) {}
