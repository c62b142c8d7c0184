// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ServicePortName;

/** An endpoint as one that a Service port sends connections to. */
public record ServiceEndpoint(ServicePortName service, Backend backend) {}
