// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.LocalDetection;
import java.util.List;

final class PodRangeCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.POD_RANGE;
  }

  @Override
  public List<Finding> look(Host host) {
    return List.of(judge(host.configuration().detectLocal()));
  }

  static Finding judge(LocalDetection detection) {
    if (detection instanceof LocalDetection.ClusterCidr cluster) {
      return cluster.ranges().isEmpty()
          ? Topic.POD_RANGE.found(
              Severity.NOTE,
              "clusterCIDR is not set: nobody counts as a Pod, so connections of Pods to Services"
                  + " whose externalTrafficPolicy is Local are treated as those of strangers")
          : Topic.POD_RANGE.ok("clusterCIDR is " + cluster.ranges());
    }
    return Topic.POD_RANGE.ok("Pods are told by " + detection);
  }
}
