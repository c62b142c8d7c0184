// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.model.Protocol;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * {@code TO:PORT/PROTO} as written: {@code 10.96.0.10:80/tcp}, {@code [fd00::1]:53/udp}, {@code
 * default/web:http} or {@code web.default.svc:80}.
 *
 * @param host an address, or a Service's name
 * @param port a number, or the name of a port of the Service
 */
record Destination(String host, String port, Protocol protocol) {

  static Destination parse(String text) throws QuestionException {
    int slash = text.lastIndexOf('/');
    int colon = text.lastIndexOf(':');
    boolean hasProtocol = slash > colon;
    String rest = hasProtocol ? text.substring(0, slash) : text;
    // An IPv6 address as it is: without /PROTO its last part might be meant, and the port missing.
    boolean unclear = !hasProtocol && rest.indexOf(':') != colon && !rest.startsWith("[");
    if (colon <= 0 || colon == rest.length() - 1 || unclear) {
      throw new QuestionException(
          "\""
              + text
              + "\" names no port: write TO:PORT/PROTO, e.g. 10.96.0.10:80/tcp, [fd00::1]:53/udp or"
              + " default/web:http");
    }
    String host = rest.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Destination(
        host,
        rest.substring(colon + 1),
        hasProtocol ? protocol(text.substring(slash + 1)) : Protocol.TCP);
  }

  private static Protocol protocol(String text) throws QuestionException {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.text().equals(text.toLowerCase(Locale.ROOT))) {
        return protocol;
      }
    }
    throw new QuestionException(
        "\""
            + text
            + "\" is none of the protocols "
            + Arrays.stream(Protocol.values())
                .map(Protocol::text)
                .collect(Collectors.joining(", ")));
  }
}
