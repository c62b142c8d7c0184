// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What another proxy left on the node, and its removal. */
package dev.ferrule.agent.migrate;
