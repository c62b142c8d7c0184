// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of {@code get services}. */
public final class ServiceTable {

  /** kubectl cuts the addresses of load balancers short at this width, unless it prints wide. */
  private static final int BALANCER_WIDTH = 16;

  private ServiceTable() {}

  /** The table with its header, one Service a line. */
  public static String of(List<ShownService> services, TableOptions options, Instant now) {
    Columns columns = new Columns();
    List<String> header = new ArrayList<>();
    if (options.allNamespaces()) {
      header.add("NAMESPACE");
    }
    header.addAll(List.of("NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"));
    if (options.wide()) {
      header.add("SELECTOR");
    }
    columns.add(header);
    services.forEach(service -> columns.add(row(service, options, now)));
    return columns.text();
  }

  private static List<String> row(ShownService shown, TableOptions options, Instant now) {
    Service service = shown.service();
    List<String> row = new ArrayList<>();
    if (options.allNamespaces()) {
      row.add(service.name().namespace());
    }
    row.add(service.name().name());
    row.add(service.type().text());
    row.add(shown.clusterIps().stream().findFirst().orElse(Words.NONE));
    row.add(externalIp(shown, options.wide()));
    row.add(
        Words.orNone(
            service.ports().stream().map(ServiceTable::port).collect(Collectors.joining(","))));
    row.add(Age.at(now, service.created()));
    if (options.wide()) {
      row.add(Words.labels(service.selector()));
    }
    return row;
  }

  private static String port(ServicePort port) {
    String numbers = port.nodePort() == 0 ? "" + port.port() : port.port() + ":" + port.nodePort();
    return numbers + "/" + port.protocol();
  }

  private static String externalIp(ShownService shown, boolean wide) {
    Service service = shown.service();
    List<String> external = service.externalIps().stream().map(IpAddress::toString).toList();
    return switch (service.type()) {
      case EXTERNAL_NAME -> shown.details().externalName();
      case CLUSTER_IP, NODE_PORT -> Words.orNone(String.join(",", external));
      case LOAD_BALANCER -> {
        List<String> all = new ArrayList<>();
        String balancers = balancers(shown, wide);
        if (!balancers.isEmpty()) {
          all.add(balancers);
        }
        all.addAll(external);
        yield all.isEmpty() ? "<pending>" : String.join(",", all);
      }
    };
  }

  private static String balancers(ShownService shown, boolean wide) {
    TreeSet<String> sorted = new TreeSet<>(shown.details().balancerHostnames());
    shown
        .service()
        .loadBalancerAddresses()
        .forEach(balancer -> sorted.add(balancer.address().toString()));
    String text = String.join(",", sorted);
    return wide || text.length() <= BALANCER_WIDTH
        ? text
        : text.substring(0, BALANCER_WIDTH - 3) + "...";
  }
}
