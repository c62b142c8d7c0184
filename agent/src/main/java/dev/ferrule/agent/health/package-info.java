// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** HTTP endpoints that load balancers ask. */
package dev.ferrule.agent.health;
