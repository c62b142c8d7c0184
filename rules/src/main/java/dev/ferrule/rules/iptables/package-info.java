// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The iptables backend as pure data: chains and rules, what carries Services in them, and their
 * text as iptables-save prints it.
 */
package dev.ferrule.rules.iptables;
