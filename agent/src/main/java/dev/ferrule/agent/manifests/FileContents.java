// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.ObjectKey;
import dev.ferrule.agent.objects.Problem;
import java.util.List;
import java.util.Set;

/**
 * What one file holds.
 *
 * @param objects those that are good
 * @param refused those that have a fault, as far as they say what they are
 */
record FileContents(List<Manifest> objects, Set<ObjectKey> refused, List<Problem> problems) {

  FileContents {
    objects = List.copyOf(objects);
    refused = Set.copyOf(refused);
    problems = List.copyOf(problems);
  }
}
