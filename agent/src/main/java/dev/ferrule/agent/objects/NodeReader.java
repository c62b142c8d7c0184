// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.NodeObject;
import java.util.ArrayList;
import java.util.List;

/** Reads Nodes. */
final class NodeReader {

  static final String ZONE_LABEL = "topology.kubernetes.io/zone";

  private NodeReader() {}

  static NodeManifest read(Metadata metadata, Fields object) {
    Fields spec = object.object("spec");
    List<Cidr> podCidrs = spec.ranges("podCIDRs");
    if (podCidrs.isEmpty() && !spec.text("podCIDR", "").isEmpty()) {
      try {
        podCidrs = List.of(Cidr.parse(spec.text("podCIDR", "").strip()));
      } catch (IllegalArgumentException e) {
        throw spec.bad("podCIDR", String.valueOf(e.getMessage()));
      }
    }
    String zone = metadata.labels().getOrDefault(ZONE_LABEL, "");
    NodeObject node =
        new NodeObject(
            metadata.name().name(),
            zone.isEmpty() ? null : zone,
            primaryAddresses(object.object("status")),
            podCidrs,
            metadata.deleting() || isToBeDeleted(spec));
    return new NodeManifest(metadata.name(), metadata.created(), node);
  }

  private static boolean isToBeDeleted(Fields spec) {
    return spec.objects("taints").stream()
        .anyMatch(taint -> taint.text("key", "").equals(NodeObject.TO_BE_DELETED));
  }

  private static List<IpAddress> primaryAddresses(Fields status) {
    List<IpAddress> primary = new ArrayList<>();
    for (String type : List.of("InternalIP", "ExternalIP")) {
      for (Fields entry : status.objects("addresses")) {
        if (entry.text("type", "").equals(type)) {
          IpAddress address = entry.address("address");
          if (primary.stream().noneMatch(other -> other.family() == address.family())) {
            primary.add(address);
          }
        }
      }
    }
    return primary;
  }
}
