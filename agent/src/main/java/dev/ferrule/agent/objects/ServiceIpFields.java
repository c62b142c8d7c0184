// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ServiceType;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Service says of its cluster addresses.
 *
 * @param addresses the written ones, one per family at most
 * @param families {@code spec.ipFamilies}, else the families of the written addresses
 */
record ServiceIpFields(
    List<IpAddress> addresses, List<IpFamily> families, FamilyPolicy policy, boolean headless) {

  private static final String NONE = "None";

  static ServiceIpFields read(Fields spec, ServiceType type) {
    String first = spec.text("clusterIP", "");
    List<String> texts = spec.texts("clusterIPs");
    boolean headless = first.equals(NONE) || (first.isEmpty() && texts.contains(NONE));
    boolean none = headless || type == ServiceType.EXTERNAL_NAME;
    List<IpAddress> addresses = none ? List.of() : addresses(spec, first, texts);
    List<IpFamily> families = families(spec, addresses);
    boolean two = families.size() == 2 || addresses.size() == 2;
    FamilyPolicy policy =
        spec.choice(
            "ipFamilyPolicy",
            Choices.FAMILY_POLICIES,
            two ? FamilyPolicy.REQUIRE_DUAL : FamilyPolicy.SINGLE);
    if (policy == FamilyPolicy.SINGLE && two && !none) {
      throw spec.bad("ipFamilyPolicy", "SingleStack allows one family only, but two are given");
    }
    return new ServiceIpFields(addresses, families, policy, headless);
  }

  private static List<IpAddress> addresses(Fields spec, String first, List<String> texts) {
    List<IpAddress> addresses = new ArrayList<>();
    if (!texts.isEmpty()) {
      addresses.addAll(spec.addresses("clusterIPs"));
    }
    if (!first.isEmpty()) {
      IpAddress address = spec.address("clusterIP");
      if (addresses.isEmpty()) {
        addresses.add(address);
      } else if (!addresses.get(0).equals(address)) {
        throw spec.bad("clusterIPs[0]", addresses.get(0) + " must be clusterIP, " + address);
      }
    }
    if (addresses.size() > 2) {
      throw spec.bad("clusterIPs", "has " + addresses.size() + " entries; two are the most");
    }
    if (addresses.size() == 2 && addresses.get(0).family() == addresses.get(1).family()) {
      throw spec.bad("clusterIPs[1]", "must be of the other IP family than clusterIPs[0]");
    }
    return addresses;
  }

  private static List<IpFamily> families(Fields spec, List<IpAddress> addresses) {
    List<IpFamily> families = new ArrayList<>();
    List<String> texts = spec.texts("ipFamilies");
    for (int i = 0; i < texts.size(); i++) {
      IpFamily family = Choices.FAMILIES.get(texts.get(i));
      if (family == null || families.contains(family)) {
        throw spec.bad(
            "ipFamilies[" + i + "]",
            "\"" + texts.get(i) + "\" is not one of IPv4, IPv6, each once at most");
      }
      families.add(family);
    }
    List<IpFamily> written = addresses.stream().map(IpAddress::family).toList();
    for (int i = 0; i < Math.min(written.size(), families.size()); i++) {
      if (written.get(i) != families.get(i)) {
        throw spec.bad(
            "clusterIPs[" + i + "]",
            addresses.get(i) + " must be " + families.get(i).text() + " as ipFamilies says");
      }
    }
    return families.size() >= written.size() ? families : written;
  }
}
