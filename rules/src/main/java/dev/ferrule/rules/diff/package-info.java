// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The difference between two kernel states, and the transaction that leads from one to the other.
 */
package dev.ferrule.rules.diff;
