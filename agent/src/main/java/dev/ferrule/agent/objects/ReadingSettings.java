// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.agent.config.PortRange;

/**
 * How objects are read.
 *
 * @param nodePorts node ports that Services may ask for
 * @param keepDetails whether labels and annotations of Services are kept, for display
 * @param hashing whether the rules can hash clients; if not, a Service that asks for it is named
 */
public record ReadingSettings(PortRange nodePorts, boolean keepDetails, boolean hashing) {}
