// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.EchoServers;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * One node between two networks: that of its Pods, and one with a client that reaches ClusterIPs
 * through the node. The node is a container that does nothing but own a network namespace, as the
 * pause container of a Pod does.
 */
final class DockerCluster implements AutoCloseable {

  static final DockerImageName IMAGE = DockerImageName.parse("ferrule:0.1.0");
  static final String NODE_NAME = "node-1";
  static final String NODE_IP = "192.168.77.10";
  static final String CLIENT_IP = "192.168.77.20";
  static final String API_IP = "192.168.77.30";
  static final String POD_RANGE = "10.244.1.0/24";
  static final int POD_PORT = 8080;

  private final Network outside = network("192.168.77.0/24");
  private final Network podNetwork = network(POD_RANGE);
  private final EchoServers servers = EchoServers.start();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final GenericContainer<?> node;
  private final ContainerNamespace nodeNamespace;
  private final ContainerNamespace clientNamespace;

  DockerCluster() {
    node = sleeping(outside, NODE_IP);
    DockerClientFactory.instance()
        .client()
        .connectToNetworkCmd()
        .withContainerId(node.getContainerId())
        .withNetworkId(podNetwork.getId())
        .withContainerNetwork(new ContainerNetwork())
        .exec();
    nodeNamespace = named(node);
    clientNamespace = named(sleeping(outside, CLIENT_IP));
    clientNamespace.namespace().ip(List.of("route add 10.96.0.0/12 via " + NODE_IP));
  }

  private static Network network(String range) {
    return Network.builder()
        .createNetworkCmdModifier(
            command -> command.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(range))))
        .build();
  }

  /** A container that waits to be used, at a fixed address. */
  private GenericContainer<?> sleeping(Network network, String address) {
    GenericContainer<?> container =
        new GenericContainer<>(IMAGE)
            .withNetwork(network)
            .withCreateContainerCmdModifier(
                command -> {
                  command.withEntrypoint("sleep").withCmd("3600").withIpv4Address(address);
                  var host = command.getHostConfig();
                  if (host != null) {
                    host.withSysctls(Map.of("net.ipv4.ip_forward", "1"));
                  }
                });
    opened.add(container);
    container.start();
    return container;
  }

  private ContainerNamespace named(GenericContainer<?> container) {
    ContainerNamespace namespace = ContainerNamespace.of(container);
    opened.add(namespace);
    return namespace;
  }

  /**
   * A container with an echo server that answers in a name; its last number is that of the address.
   */
  String pod(String name, int number) {
    String address = POD_RANGE.replace("0/24", Integer.toString(number));
    ContainerNamespace pod = named(sleeping(podNetwork, address));
    servers.listen(pod.namespace(), name, address, POD_PORT, Protocol.TCP);
    return address;
  }

  /** From the container outside, whose way to ClusterIPs is the node. */
  Caller client() {
    return Caller.in(clientNamespace.namespace());
  }

  /** From the node itself. */
  Caller local() {
    return Caller.in(nodeNamespace.namespace());
  }

  NetNamespace nodeNamespace() {
    return nodeNamespace.namespace();
  }

  /** The mode by which another container shares the node's network. */
  String nodeNetworkMode() {
    return "container:" + node.getContainerId();
  }

  Network outside() {
    return outside;
  }

  /** That of the container outside. */
  NetNamespace outsideNamespace() {
    return clientNamespace.namespace();
  }

  @Override
  public void close() {
    servers.close();
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException("could not remove a container", e);
      }
    }
    podNetwork.close();
    outside.close();
  }
}
