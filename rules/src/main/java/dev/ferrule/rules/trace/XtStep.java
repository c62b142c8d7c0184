// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtTable;

/**
 * A rule of iptables that had a say.
 *
 * @param chain ours, or a built-in one
 */
public record XtStep(XtTable table, String chain, XtRule rule) {}
