// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.agent.show.ServiceDetails;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ServiceType;
import java.util.List;

/** The Services of a cluster for display. */
final class ClusterPicture {

  private ClusterPicture() {}

  static List<ShownService> of(ClusterCatalog catalog) {
    return catalog.services().stream().map(manifest -> shown(manifest, catalog)).toList();
  }

  private static ShownService shown(ServiceManifest manifest, ClusterCatalog catalog) {
    boolean named = manifest.written().type() == ServiceType.EXTERNAL_NAME;
    return new ShownService(
        manifest.written(),
        manifest.headless() && !named,
        named ? "" : manifest.familyPolicy().text(),
        named ? List.of() : families(manifest),
        manifest.publishNotReady(),
        manifest.allocateNodePorts(),
        manifest.details() == null ? ServiceDetails.NONE : manifest.details(),
        named ? List.of() : catalog.slicesOf(manifest.name()));
  }

  private static List<IpFamily> families(ServiceManifest manifest) {
    List<IpAddress> addresses = manifest.written().clusterIps();
    return addresses.isEmpty()
        ? manifest.families()
        : addresses.stream().map(IpAddress::family).toList();
  }
}
