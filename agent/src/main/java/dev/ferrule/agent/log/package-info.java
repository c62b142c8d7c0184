// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The lines that a running agent writes: one fact each. */
package dev.ferrule.agent.log;
