// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads EndpointSlices the way kube-proxy does. */
final class SliceReader {

  static final String SERVICE_LABEL = "kubernetes.io/service-name";

  /** kube-proxy does not even watch slices with these labels. */
  private static final List<String> UNWATCHED =
      List.of("service.kubernetes.io/headless", "service.kubernetes.io/service-proxy-name");

  private SliceReader() {}

  static SliceManifest read(Metadata metadata, Fields object, Notices notices) {
    String type = object.text("addressType", "");
    IpFamily family = Choices.FAMILIES.get(type);
    if (family == null && !type.equals("FQDN")) {
      throw object.bad(
          "addressType",
          type.isEmpty() ? "is missing" : "\"" + type + "\" is not one of IPv4, IPv6, FQDN");
    }
    List<EndpointSlice.Port> ports = ports(object, notices);
    List<Endpoint> endpoints =
        endpoints(object, family, Annotations.weight(object, notices), notices);
    String service = metadata.labels().get(SERVICE_LABEL);
    boolean unwatched = UNWATCHED.stream().anyMatch(metadata.labels()::containsKey);
    EndpointSlice slice =
        family == null || service == null || service.isEmpty() || unwatched
            ? null
            : new EndpointSlice(
                metadata.name(),
                new ObjectName(metadata.name().namespace(), service),
                family,
                ports,
                endpoints);
    return new SliceManifest(metadata.name(), metadata.created(), slice);
  }

  private static List<EndpointSlice.Port> ports(Fields object, Notices notices) {
    List<EndpointSlice.Port> ports = new ArrayList<>();
    for (Fields entry : object.objects("ports")) {
      Protocol protocol = entry.choice("protocol", Choices.PROTOCOLS, Protocol.TCP);
      String name = entry.text("name");
      int port = entry.number("port") == 0 ? 0 : entry.port("port");
      if (name == null) {
        notices.ignored(
            entry.at("name"),
            "is missing, so the port is not used; write name: \"\" for a port without a name");
      } else if (port != 0) {
        ports.add(new EndpointSlice.Port(name.intern(), protocol, port));
      }
    }
    return ports;
  }

  /** A faulty endpoint is left out alone: the others of the slice are needed all the more. */
  private static List<Endpoint> endpoints(
      Fields object, @Nullable IpFamily family, int weight, Notices notices) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Fields entry : object.objects("endpoints")) {
      try {
        if (entry.texts("addresses").isEmpty()) {
          throw entry.bad("addresses", "is missing; an endpoint needs one address");
        }
        if (family != null) {
          endpoints.add(endpoint(entry, family, weight, notices));
        }
      } catch (BadFieldException e) {
        notices.skipped(e.field(), e.reason());
      }
    }
    return endpoints;
  }

  private static Endpoint endpoint(Fields entry, IpFamily family, int weight, Notices notices) {
    List<IpAddress> addresses = entry.addresses("addresses");
    for (IpAddress address : addresses) {
      if (address.family() != family) {
        throw entry.bad("addresses", address + " is not an " + family.text() + " address");
      }
      AddressRules.requireReachable(entry, "addresses", address);
    }
    Fields conditions = entry.object("conditions");
    String nodeName = entry.text("nodeName", "");
    Hints hints = Hints.of(entry, notices);
    return new Endpoint(
        addresses.get(0),
        conditions.flag("ready", true),
        conditions.flag("serving", true),
        conditions.flag("terminating", false),
        nodeName.isEmpty() ? null : nodeName.intern(),
        hints.zones(),
        hints.nodes(),
        weight);
  }

  private record Hints(Set<String> zones, Set<String> nodes) {

    /** Faulty hints are none: an endpoint is worth more than where it had best be used. */
    static Hints of(Fields endpoint, Notices notices) {
      try {
        Fields hints = endpoint.object("hints");
        return new Hints(names(hints, "forZones"), names(hints, "forNodes"));
      } catch (BadFieldException e) {
        notices.skipped(e.field(), e.reason());
        return new Hints(Set.of(), Set.of());
      }
    }

    private static Set<String> names(Fields hints, String field) {
      Set<String> names = new LinkedHashSet<>();
      for (Fields hint : hints.objects(field)) {
        names.add(hint.text("name", "").intern());
      }
      return names;
    }
  }

  /** The one family of a list of addresses each, so that slices can be made of them. */
  static Map<IpFamily, List<Endpoint>> byFamily(List<Endpoint> endpoints) {
    Map<IpFamily, List<Endpoint>> families = new EnumMap<>(IpFamily.class);
    for (Endpoint endpoint : endpoints) {
      families
          .computeIfAbsent(endpoint.address().family(), family -> new ArrayList<>())
          .add(endpoint);
    }
    return families;
  }
}
