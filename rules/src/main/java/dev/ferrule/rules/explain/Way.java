// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.trace.Share;

/**
 * An endpoint that may get the connection.
 *
 * @param masquerade whether it sees an address of this node instead of the client's
 */
public record Way(Backend backend, Share probability, boolean masquerade) {}
