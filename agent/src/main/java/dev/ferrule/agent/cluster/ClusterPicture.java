// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.agent.show.PackedDetails;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.ServiceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a cluster, whether it is followed or not. */
abstract class ClusterPicture implements Source {

  final ObjectReader reader;
  final ApiServer server;
  final ClusterCatalog catalog;

  ClusterPicture(ClusterSettings settings, Log log) {
    this.reader = new ObjectReader(settings.reading());
    this.server = new ApiServer(settings.access());
    this.catalog = new ClusterCatalog(reader, log);
  }

  @Override
  public final String name() {
    return server.url();
  }

  @Override
  public final List<Problem> problems() {
    return catalog.problems();
  }

  @Override
  public final @Nullable List<IpAddress> podAddresses(ObjectName pod) throws SourceException {
    return PodLookup.addresses(server, reader, pod);
  }

  @Override
  public final List<ShownService> services() {
    return catalog.services().stream().map(this::shown).toList();
  }

  private ShownService shown(ServiceManifest manifest) {
    boolean named = manifest.written().type() == ServiceType.EXTERNAL_NAME;
    return new ShownService(
        manifest.written(),
        manifest.headless() && !named,
        named ? "" : manifest.familyPolicy().text(),
        named ? List.of() : families(manifest),
        manifest.publishNotReady(),
        manifest.allocateNodePorts(),
        manifest.details() == null ? PackedDetails.NONE : manifest.details(),
        named ? List.of() : catalog.slicesOf(manifest.name()));
  }

  private static List<IpFamily> families(ServiceManifest manifest) {
    List<IpAddress> addresses = manifest.written().clusterIps();
    return addresses.isEmpty()
        ? manifest.families()
        : addresses.stream().map(IpAddress::family).toList();
  }
}
