// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * Something to be served on one address.
 *
 * @param name what it is, for messages: {@code the metrics server}
 * @param wayOut what to do about an address that is taken, for the same
 * @param pages gives the answer to a request, whatever its method; called by several threads
 */
public record Site(
    String name, String wayOut, InetSocketAddress address, Function<Request, Answer> pages) {}
