// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Whether the proxy and this node are well, and what asks for it: load balancers and probes. */
package dev.ferrule.agent.health;
