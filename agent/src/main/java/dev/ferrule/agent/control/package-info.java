// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The socket over which commands ask a running agent: both of its ends, and who may use it. */
package dev.ferrule.agent.control;
