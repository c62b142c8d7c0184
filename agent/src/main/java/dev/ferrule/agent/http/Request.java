// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.net.InetAddress;

/**
 * What a client wants.
 *
 * @param method as it was sent, {@code GET} most often
 * @param path without query, decoded, such as {@code /healthz}
 * @param query what follows the question mark, as it was sent; empty if there is none
 * @param host the name or address that the client has asked, with its port, as it sent them; empty
 *     if it sent none
 * @param client the address that asks
 */
public record Request(String method, String path, String query, String host, InetAddress client) {}
