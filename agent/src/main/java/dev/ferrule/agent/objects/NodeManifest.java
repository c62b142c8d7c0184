// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;

/** A Node. */
public record NodeManifest(ObjectName name, long created, NodeObject node) implements Manifest {

  @Override
  public Kind kind() {
    return Kind.NODE;
  }
}
