// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

/**
 * How a table is printed.
 *
 * @param allNamespaces {@code -A}: a column tells the namespace
 * @param wide {@code -o wide}: more columns, nothing cut short
 */
public record TableOptions(boolean allNamespaces, boolean wide) {}
