// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.ObjectName;

/** One object of a file, checked and reduced to what a service proxy needs of it. */
public sealed interface Manifest
    permits ServiceManifest,
        EndpointsManifest,
        SliceManifest,
        PodManifest,
        NodeManifest,
        ServiceCidrManifest {

  Kind kind();

  ObjectName name();

  /**
   * {@code metadata.creationTimestamp} in seconds since 1970, or {@link
   * dev.ferrule.rules.model.Service#UNKNOWN_AGE}.
   */
  long created();

  default ObjectKey key() {
    return new ObjectKey(kind(), name());
  }
}
