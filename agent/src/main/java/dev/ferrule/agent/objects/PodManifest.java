// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod as far as it can be an endpoint.
 *
 * @param addresses the first of each family; empty for a Pod that has finished or has none yet
 * @param ports of its containers, as far as they have names
 * @param weight see {@link dev.ferrule.rules.model.Endpoint#weight}
 */
public record PodManifest(
    ObjectName name,
    long created,
    Map<String, String> labels,
    List<IpAddress> addresses,
    boolean ready,
    boolean terminating,
    @Nullable String nodeName,
    List<NamedPort> ports,
    int weight)
    implements Manifest {

  /** A container port that targetPort can name. */
  public record NamedPort(String name, Protocol protocol, int port) {}

  public PodManifest {
    labels = Map.copyOf(labels);
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
  }

  @Override
  public Kind kind() {
    return Kind.POD;
  }
}
