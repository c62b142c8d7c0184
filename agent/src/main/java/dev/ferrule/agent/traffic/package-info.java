// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** How many connections each Service and endpoint gets, from the counters of our rules. */
package dev.ferrule.agent.traffic;
