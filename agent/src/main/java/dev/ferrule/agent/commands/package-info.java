// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The commands of {@code ferrule}; each is a thin shell around the one data flow. */
package dev.ferrule.agent.commands;
