// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The page for people at the address of the health server: how the agent is and what it does. */
package dev.ferrule.agent.page;
