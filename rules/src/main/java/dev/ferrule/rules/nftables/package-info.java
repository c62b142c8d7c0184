// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The nftables backend as pure data: a small language of tables, sets, chains and rules, the layout
 * that carries Services in it, and its text in nft's own syntax.
 */
package dev.ferrule.rules.nftables;
