// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.agent.objects.PodManifest.NamedPort;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads Pods. */
final class PodReader {

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

  private final CommonValues<Map<String, String>> labels = new CommonValues<>();
  private final CommonValues<List<NamedPort>> portLists = new CommonValues<>();

  PodManifest read(Metadata metadata, Fields object, Notices notices) {
    Fields spec = object.object("spec");
    Fields status = object.object("status");
    List<NamedPort> ports = new ArrayList<>();
    for (Fields container : spec.objects("containers")) {
      addPorts(ports, container);
    }
    for (Fields container : spec.objects("initContainers")) {
      // An init container that restarts always is a sidecar: it runs beside the others.
      if (container.text("restartPolicy", "").equals("Always")) {
        addPorts(ports, container);
      }
    }
    String nodeName = spec.text("nodeName", "");
    List<IpAddress> addresses = addresses(status);
    boolean finished = FINISHED.contains(status.text("phase", ""));
    return new PodManifest(
        metadata.name(),
        metadata.created(),
        labels.same(Map.copyOf(metadata.labels())),
        finished ? List.of() : addresses,
        ready(status),
        metadata.deleting(),
        nodeName.isEmpty() ? null : nodeName.intern(),
        portLists.same(List.copyOf(ports)),
        Annotations.weight(object, notices));
  }

  private static void addPorts(List<NamedPort> ports, Fields container) {
    for (Fields entry : container.objects("ports")) {
      Protocol protocol = entry.choice("protocol", Choices.PROTOCOLS, Protocol.TCP);
      if (!entry.has("containerPort")) {
        throw entry.bad("containerPort", "is missing");
      }
      int port = entry.port("containerPort");
      String name = entry.text("name", "");
      if (!name.isEmpty()) {
        ports.add(new NamedPort(name.intern(), protocol, port));
      }
    }
  }

  /** The first address of each family. */
  private static List<IpAddress> addresses(Fields status) {
    List<IpAddress> addresses = new ArrayList<>();
    for (Fields entry : status.objects("podIPs")) {
      add(addresses, entry.address("ip"));
    }
    if (addresses.isEmpty() && !status.text("podIP", "").isEmpty()) {
      add(addresses, status.address("podIP"));
    }
    return addresses;
  }

  private static void add(List<IpAddress> addresses, IpAddress address) {
    if (addresses.stream().noneMatch(other -> other.family() == address.family())) {
      addresses.add(address);
    }
  }

  /** A Pod that says nothing of its state was written by hand, and its author means it to work. */
  private static boolean ready(Fields status) {
    List<Fields> conditions = status.objects("conditions");
    return conditions.isEmpty()
        || conditions.stream()
            .anyMatch(
                condition ->
                    condition.text("type", "").equals("Ready")
                        && condition.text("status", "").equals("True"));
  }
}
