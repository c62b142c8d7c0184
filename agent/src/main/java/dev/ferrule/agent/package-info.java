// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Wires sources, rules and kernel together, and offers them as the command {@code ferrule}. */
package dev.ferrule.agent;
