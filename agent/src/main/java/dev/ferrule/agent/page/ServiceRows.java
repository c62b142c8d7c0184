// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.traffic.ServiceEndpoint;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the Services of one page and works out what is shown of them, of no others. */
final class ServiceRows {

  /** Services on a page. */
  static final int PAGE = 50;

  private static final int ADDRESSES_SHOWN = 8;
  private static final int ENDPOINTS_SHOWN = 32;

  private final RateHistory rates;

  ServiceRows(RateHistory rates) {
    this.rates = rates;
  }

  /**
   * One page.
   *
   * @param all how many Services have rules
   * @param refused how many of them have a port without endpoints
   * @param found how many of them the query asks for
   * @param query with a page that exists
   */
  record Chosen(int all, int refused, int found, ServiceQuery query, List<ServiceRow> rows) {

    int pages() {
      return Math.max(1, (found + PAGE - 1) / PAGE);
    }
  }

  Chosen choose(List<CompiledService> services, ServiceQuery query) {
    Predicate<CompiledService> matches = matching(query);
    List<CompiledService> found = new ArrayList<>();
    int all = 0;
    int refused = 0;
    for (CompiledService service : services) {
      if (service.frontends().isEmpty()) {
        continue; // headless
      }
      all++;
      boolean leadsNowhere = service.frontends().stream().anyMatch(ServiceRows::leadsNowhere);
      refused += leadsNowhere ? 1 : 0;
      if ((leadsNowhere || !query.refused()) && matches.test(service)) {
        found.add(service);
      }
    }
    Map<ObjectName, Float> now = rates.now();
    Comparator<CompiledService> byName = Comparator.comparing(CompiledService::name);
    Comparator<CompiledService> byRate =
        Comparator.comparing(service -> -now.getOrDefault(service.name(), 0f));
    found.sort(query.byName() ? byName : byRate.thenComparing(byName));
    int pages = Math.max(1, (found.size() + PAGE - 1) / PAGE);
    int page = Math.min(query.page(), pages);
    List<ServiceRow> rows =
        found.subList((page - 1) * PAGE, Math.min(page * PAGE, found.size())).stream()
            .map(service -> row(service, now.getOrDefault(service.name(), 0f)))
            .toList();
    return new Chosen(all, refused, found.size(), query.at(page), rows);
  }

  private static boolean leadsNowhere(Frontend frontend) {
    return !(frontend.target() instanceof Target.Balance);
  }

  private static Predicate<CompiledService> matching(ServiceQuery query) {
    Predicate<CompiledService> matches =
        service ->
            query.namespace().isEmpty() || service.name().namespace().equals(query.namespace());
    if (query.text().isEmpty()) {
      return matches;
    }
    IpAddress address = address(query.text());
    if (address != null) {
      return matches.and(service -> has(service, address));
    }
    String part = query.text().toLowerCase(Locale.ROOT);
    Predicate<CompiledService> named = service -> service.name().toString().contains(part);
    return matches.and(
        part.matches("[0-9]{1,5}")
            ? named.or(service -> hasPort(service, Integer.parseInt(part)))
            : named);
  }

  private static @Nullable IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // a name
    }
  }

  private static boolean has(CompiledService service, IpAddress address) {
    return service.frontends().stream()
        .anyMatch(
            frontend ->
                frontend.key().address().equals(address)
                    || backends(frontend).stream().anyMatch(b -> b.address().equals(address)));
  }

  private static boolean hasPort(CompiledService service, int port) {
    return service.frontends().stream().anyMatch(frontend -> frontend.key().port() == port);
  }

  private static List<Backend> backends(Frontend frontend) {
    List<Backend> backends = new ArrayList<>();
    for (Target target : frontend.targets()) {
      if (target instanceof Target.Balance balance) {
        backends.addAll(balance.backends());
      }
    }
    return backends;
  }

  private ServiceRow row(CompiledService service, float rate) {
    Map<ServicePortName, List<Frontend>> ports = new LinkedHashMap<>();
    for (Frontend frontend : service.frontends()) {
      ports.computeIfAbsent(frontend.owner(), owner -> new ArrayList<>()).add(frontend);
    }
    Set<Backend> endpoints = new HashSet<>();
    List<ServiceRow.PortRow> rows = new ArrayList<>();
    ports.forEach(
        (port, frontends) -> {
          Set<Backend> own = new TreeSet<>();
          frontends.forEach(frontend -> own.addAll(backends(frontend)));
          endpoints.addAll(own);
          rows.add(port(port, frontends, own));
        });
    return new ServiceRow(service.name(), rate, rates.of(service.name()), endpoints.size(), rows);
  }

  private ServiceRow.PortRow port(
      ServicePortName port, List<Frontend> frontends, Set<Backend> backends) {
    List<String> addresses =
        frontends.stream()
            .sorted(Comparator.comparing(Frontend::kind))
            .limit(ADDRESSES_SHOWN)
            .map(frontend -> frontend.kind().text() + " " + frontend.key())
            .toList();
    List<ServiceRow.EndpointRow> endpoints =
        backends.stream()
            .limit(ENDPOINTS_SHOWN)
            .map(
                backend ->
                    new ServiceRow.EndpointRow(
                        backend.toString(), rates.now(new ServiceEndpoint(port, backend))))
            .toList();
    return new ServiceRow.PortRow(
        port.port(),
        rates.now(port),
        addresses,
        frontends.size() - addresses.size(),
        fate(frontends),
        endpoints,
        backends.size() - endpoints.size());
  }

  private static String fate(List<Frontend> frontends) {
    for (Frontend frontend : frontends) {
      String to = frontend.kind().text();
      if (frontend.target() instanceof Target.Reject) {
        return "no endpoint: connections to " + to + " are refused";
      } else if (frontend.target() instanceof Target.Drop) {
        return "no endpoint on this node: connections to " + to + " are dropped";
      }
    }
    return "";
  }
}
