// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What the service manager is told, so that it can tell others and step in. */
package dev.ferrule.agent.systemd;
