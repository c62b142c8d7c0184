// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * Which connection tracking entries lead nowhere any more. Pure: entries come from and go to
 * whoever talks to the kernel.
 */
package dev.ferrule.rules.conntrack;
