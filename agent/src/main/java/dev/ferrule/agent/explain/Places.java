// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.trace.Connection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the addresses behind names: of Pods, of Services, of this node. */
final class Places {

  private static final String NODE = "node";
  private static final String DEFAULT_NAMESPACE = "default";

  private final Source source;
  private final NodeContext context;

  Places(Source source, NodeContext context) {
    this.source = source;
    this.context = context;
  }

  /** The connection that is asked about. */
  Connection connection(String from, String to, @Nullable String inInterface)
      throws QuestionException {
    Destination destination = Destination.parse(to);
    List<IpAddress> targets = targets(destination);
    List<IpAddress> sources = sources(from);
    for (IpAddress target : targets) {
      for (IpAddress source : sources) {
        if (source.family() == target.family()) {
          return new Connection(
              source, target, destination.protocol(), port(destination), inInterface);
        }
      }
    }
    throw new QuestionException(
        from
            + " and "
            + destination.host()
            + " have no address of the same family: "
            + texts(sources)
            + " and "
            + texts(targets));
  }

  private static String texts(List<IpAddress> addresses) {
    return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
  }

  private List<IpAddress> sources(String from) throws QuestionException {
    if (from.equals(NODE)) {
      return nodeAddresses();
    }
    Optional<IpAddress> address = address(from);
    if (address.isPresent()) {
      return List.of(address.get());
    }
    String name = from.startsWith("pod/") ? from.substring("pod/".length()) : from;
    if (name.equals(from) && !from.contains("/")) {
      throw new QuestionException(
          "where is \"" + from + "\"? FROM is an address, node, NAMESPACE/POD or pod/POD");
    }
    ObjectName pod = objectName(name);
    List<IpAddress> addresses;
    try {
      addresses = source.podAddresses(pod);
    } catch (SourceException e) {
      throw new QuestionException("where is Pod " + pod + "? " + e.getMessage());
    }
    if (addresses == null) {
      throw new QuestionException("there is no Pod " + pod + " in " + source.name());
    }
    if (addresses.isEmpty()) {
      throw new QuestionException("Pod " + pod + " has no address: it has ended, or not begun");
    }
    return addresses;
  }

  /** The node's own, and loopback for a family that it has no other address of. */
  private List<IpAddress> nodeAddresses() {
    NodeView node = context.node();
    return Stream.of(
            node.primaryAddresses().stream(),
            node.interfaceAddresses().stream(),
            Stream.of(IpAddress.parse("127.0.0.1"), IpAddress.parse("::1")))
        .flatMap(one -> one)
        .toList();
  }

  private List<IpAddress> targets(Destination destination) throws QuestionException {
    Optional<IpAddress> address = address(destination.host());
    if (address.isPresent()) {
      return List.of(address.get());
    }
    ShownService shown = service(destination.host());
    Service service = shown.service();
    if (service.clusterIps().isEmpty()) {
      throw new QuestionException(
          "Service "
              + service.name()
              + (shown.headless()
                  ? " is headless: it has no address, and its clients connect to the addresses of"
                      + " its endpoints themselves"
                  : " is an ExternalName: clients are told another name, and nothing is translated"));
    }
    return service.clusterIps();
  }

  private int port(Destination destination) throws QuestionException {
    String text = destination.port();
    if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int port = text.length() > 5 ? 0 : Integer.parseInt(text);
      if (port < 1 || port > 65_535) {
        throw new QuestionException("port " + text + " is not in 1 to 65535");
      }
      return port;
    }
    if (address(destination.host()).isPresent()) {
      throw new QuestionException(
          "port \"" + text + "\" is no number, and only ports of Services have names");
    }
    Service service = service(destination.host()).service();
    return service.ports().stream()
        .filter(port -> port.name().equals(text) && port.protocol() == destination.protocol())
        .findFirst()
        .orElseThrow(() -> noPort(service, text, destination.protocol()))
        .port();
  }

  private static QuestionException noPort(Service service, String name, Protocol protocol) {
    return new QuestionException(
        "Service "
            + service.name()
            + " has no "
            + protocol.text()
            + " port named "
            + name
            + "; it has "
            + service.ports().stream().map(Places::text).collect(Collectors.joining(", ")));
  }

  private static String text(ServicePort port) {
    String name = port.name().isEmpty() ? "" : " (" + port.name() + ")";
    return port.port() + "/" + port.protocol().text() + name;
  }

  /** The Service of {@code NAMESPACE/NAME} or {@code NAME.NAMESPACE[.svc[.DOMAIN]]}. */
  private ShownService service(String text) throws QuestionException {
    ObjectName name = objectName(text);
    if (!text.contains("/") && text.contains(".")) {
      String[] labels = text.toLowerCase(Locale.ROOT).split("\\.", -1);
      name = new ObjectName(labels[1], labels[0]);
    }
    for (ShownService service : source.services()) {
      if (service.service().name().equals(name)) {
        return service;
      }
    }
    throw new QuestionException(
        "\"" + text + "\" is no address, and there is no Service " + name + " in " + source.name());
  }

  private static ObjectName objectName(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new ObjectName(DEFAULT_NAMESPACE, text)
        : new ObjectName(text.substring(0, slash), text.substring(slash + 1));
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name then
    }
  }
}
