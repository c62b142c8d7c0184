// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.BadFieldException;
import dev.ferrule.agent.objects.FamilyPolicy;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;

/** The ranges that cluster addresses come from, in order of preference. */
record ServiceRanges(List<Cidr> ranges) {

  ServiceRanges {
    ranges = List.copyOf(ranges);
  }

  boolean contains(IpAddress address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** The families of the ranges; the first is the one that a Service gets by default. */
  List<IpFamily> families() {
    return ranges.stream().map(Cidr::family).distinct().toList();
  }

  /**
   * The families that the Service gets addresses of.
   *
   * @throws BadFieldException if it asks for one that there is no range for
   */
  List<IpFamily> familiesOf(ServiceManifest service) {
    List<IpFamily> available = families();
    List<IpFamily> wanted = new ArrayList<>(service.families());
    if (wanted.isEmpty()) {
      wanted.addAll(available.subList(0, Math.min(1, available.size())));
    }
    if (service.familyPolicy() != FamilyPolicy.SINGLE) {
      for (IpFamily family : IpFamily.values()) {
        boolean needed =
            service.familyPolicy() == FamilyPolicy.REQUIRE_DUAL || available.contains(family);
        if (needed && !wanted.contains(family)) {
          wanted.add(family);
        }
      }
    }
    if (service.familyPolicy() == FamilyPolicy.PREFER_DUAL && wanted.size() > 1) {
      wanted.retainAll(available);
    }
    for (IpFamily family : wanted) {
      if (!available.contains(family)) {
        throw new BadFieldException(
            service.families().contains(family) ? "spec.ipFamilies" : "spec.ipFamilyPolicy",
            "needs an " + family.text() + " address, but there is no service range of that family");
      }
    }
    if (wanted.isEmpty()) {
      throw new BadFieldException("spec.clusterIP", "cannot be given: there is no service range");
    }
    return wanted;
  }

  @Override
  public String toString() {
    return String.join(", ", ranges.stream().map(Cidr::toString).toList());
  }
}
