// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Listens on addresses that may not be free yet, and answers requests without a body. */
package dev.ferrule.agent.http;
