// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Side-by-side measurements of what Ferrule promises as ratios. */
package dev.ferrule.bench;
