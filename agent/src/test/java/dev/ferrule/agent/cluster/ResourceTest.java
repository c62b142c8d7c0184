// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Paths of the API and the rights they need. */
class ResourceTest {

  private static final String SELECTOR =
      "?labelSelector=%21service.kubernetes.io%2Fheadless%2C%21service.kubernetes.io%2Fservice-proxy-name";

  @Test
  void pathsSelectWhatKubeProxySelects() {
    assertThat(Resource.SERVICES.path("here")).isEqualTo("/api/v1/services" + SELECTOR);
    assertThat(Resource.ENDPOINT_SLICES.path("here"))
        .isEqualTo("/apis/discovery.k8s.io/v1/endpointslices" + SELECTOR);
    assertThat(Resource.NODES.path("a b"))
        .isEqualTo("/api/v1/nodes?fieldSelector=metadata.name%3Da+b");
    assertThat(Resource.SERVICE_CIDRS.path("here"))
        .isEqualTo("/apis/networking.k8s.io/v1/servicecidrs?pretty=false");
  }

  @Test
  void rightsAreNamedAsInARole() {
    assertThat(Resource.SERVICES.right()).isEqualTo("list and watch on services");
    assertThat(Resource.SERVICE_CIDRS.right())
        .isEqualTo("list and watch on servicecidrs of networking.k8s.io");
  }

  @Test
  void noPictureIsThereWithoutServicesAndTheirSlices() {
    assertThat(Resource.values())
        .filteredOn(Resource::essential)
        .containsExactly(Resource.SERVICES, Resource.ENDPOINT_SLICES);
  }
}
