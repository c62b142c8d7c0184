// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.EndpointReport;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.trace.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The Services of the source, asked for what the forwarding table does not tell. */
final class KnownServices {

  private final Map<ObjectName, KnownService> services = new TreeMap<>();

  KnownServices(Collection<KnownService> known) {
    known.forEach(one -> services.put(one.service().name(), one));
  }

  /** Why the frontend's endpoints are those they are. */
  void endpoints(Frontend frontend, Target.Pool pool, NodeContext context, Reasons reasons) {
    KnownService owner = services.get(frontend.owner().service());
    if (owner == null) {
      return;
    }
    for (ServicePort port : owner.service().ports()) {
      if (port.name().equals(frontend.owner().port())
          && port.protocol() == frontend.key().protocol()) {
        EndpointReport report =
            EndpointReport.of(
                owner.service(), port, frontend.key().family(), owner.slices(), context, pool);
        new EndpointReasons(report, port, pool, context.node(), reasons).tell();
        return;
      }
    }
  }

  /** Why nothing is done with the connection; at least one reason. */
  List<String> whyNothing(Connection connection, NodeContext context) {
    List<String> why = new ArrayList<>();
    for (KnownService known : services.values()) {
      nodePort(known, connection, context, why);
      address(known, connection, why);
      endpoint(known, connection, why);
    }
    return why.isEmpty()
        ? List.of("no Service has the address and port " + connection.destination())
        : why;
  }

  private static void nodePort(
      KnownService known, Connection connection, NodeContext context, List<String> why) {
    Service service = known.service();
    boolean asked =
        context.isNode(connection.to())
            && service.ports().stream()
                .anyMatch(
                    port ->
                        port.nodePort() == connection.port()
                            && port.protocol() == connection.protocol());
    if (!asked) {
      return;
    }
    String what =
        connection.port()
            + "/"
            + connection.protocol().text()
            + " is a NodePort of Service "
            + service.name();
    if (known.foreign()) {
      why.add(what + ", which another proxy handles");
      return;
    }
    List<IpAddress> open =
        context.nodePortAddresses().getOrDefault(connection.to().family(), List.of());
    why.add(
        what
            + ", and "
            + connection.to()
            + (connection.to().isLoopback()
                ? " is a loopback address, where NodePorts are never open"
                : open.isEmpty()
                    ? " is not among nodePortAddresses, which choose none of this node's addresses"
                    : " is not among the addresses that NodePorts are open on ("
                        + open.stream().map(IpAddress::toString).collect(Collectors.joining(", "))
                        + ")"));
  }

  private static void address(KnownService known, Connection connection, List<String> why) {
    Service service = known.service();
    IpAddress to = connection.to();
    boolean clusterIp = service.clusterIps().contains(to);
    boolean external = service.externalIps().contains(to);
    List<LoadBalancerAddress> balancers =
        service.loadBalancerAddresses().stream().filter(lb -> lb.address().equals(to)).toList();
    if (!clusterIp && !external && balancers.isEmpty()) {
      return;
    }
    String what =
        to
            + (clusterIp
                ? " is a ClusterIP of Service "
                : external
                    ? " is an externalIP of Service "
                    : " is a LoadBalancer address of Service ")
            + service.name();
    if (known.foreign()) {
      why.add(
          what
              + ", which another proxy handles: it has label"
              + " service.kubernetes.io/service-proxy-name");
    } else if (!external && balancers.stream().anyMatch(LoadBalancerAddress::proxied)) {
      why.add(what + " with ipMode Proxy: the load balancer itself has to be reached");
    } else if (service.clusterIps().stream().noneMatch(ip -> ip.family() == to.family())) {
      why.add(what + ", which is not an " + to.family().text() + " Service");
    } else {
      why.add(
          what + ", which has no port " + connection.port() + "/" + connection.protocol().text());
    }
  }

  private static void endpoint(KnownService known, Connection connection, List<String> why) {
    for (EndpointSlice slice : known.slices()) {
      boolean port =
          slice.ports().stream()
              .anyMatch(
                  p -> p.port() == connection.port() && p.protocol() == connection.protocol());
      if (port && slice.endpoints().stream().anyMatch(e -> e.address().equals(connection.to()))) {
        why.add(
            connection.destination()
                + " is itself an endpoint of Service "
                + known.service().name()
                + ": it is reached without this node's help");
        return;
      }
    }
  }
}
