// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * Listens on addresses that may not be free yet, and answers requests without a body. What a client
 * does or fails to do costs other clients nothing, and the rest of the agent next to nothing.
 */
package dev.ferrule.agent.http;
