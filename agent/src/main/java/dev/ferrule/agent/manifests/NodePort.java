// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.Protocol;

/** A port of every node; the same number of another protocol is another port. */
record NodePort(Protocol protocol, int port) {}
