// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.rules.nftables.Counting;

/**
 * What runs where.
 *
 * @param version Ferrule's
 * @param node the name of the Node object
 * @param mode {@code nftables} or {@code iptables}
 * @param source what is followed
 * @param counting what connections are counted of
 */
public record About(String version, String node, String mode, String source, Counting counting) {}
