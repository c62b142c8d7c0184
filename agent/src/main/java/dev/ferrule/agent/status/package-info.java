// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** How a running agent is, for people and programs that ask. */
package dev.ferrule.agent.status;
