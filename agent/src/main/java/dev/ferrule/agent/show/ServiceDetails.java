// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.util.Map;

/**
 * What a Service says that only people read.
 *
 * @param externalName {@code spec.externalName}, empty for none
 */
public record ServiceDetails(
    Map<String, String> labels, Map<String, String> annotations, String externalName) {

  /** Nothing to tell. */
  public static final ServiceDetails NONE = new ServiceDetails(Map.of(), Map.of(), "");

  public ServiceDetails {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
