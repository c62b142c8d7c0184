// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * Connection tracking after the rules: entries that keep clients from their Services are removed,
 * and {@code ferrule init} sets its limits.
 */
package dev.ferrule.agent.conntrack;
