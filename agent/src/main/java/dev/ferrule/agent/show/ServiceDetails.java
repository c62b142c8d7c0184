// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.util.List;
import java.util.Map;

/**
 * What a Service says that no rule depends on.
 *
 * @param externalName {@code spec.externalName}, empty for none
 * @param loadBalancerClass {@code spec.loadBalancerClass}, empty for none
 * @param balancerHostnames hostnames of {@code status.loadBalancer.ingress}
 */
public record ServiceDetails(
    Map<String, String> labels,
    Map<String, String> annotations,
    String externalName,
    String loadBalancerClass,
    List<String> balancerHostnames) {

  /** Nothing to tell. */
  public static final ServiceDetails NONE =
      new ServiceDetails(Map.of(), Map.of(), "", "", List.of());

  public ServiceDetails {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    balancerHostnames = List.copyOf(balancerHostnames);
  }
}
