// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

/**
 * An element that packets put into a dynamic map: which endpoint a client was sent to.
 *
 * @param key the frontend and the client's address, as on the wire
 * @param data the endpoint's address and port, as on the wire
 * @param timeoutMillis how long it lives after the client's last connection
 * @param remainingMillis how long it still lives when nothing happens
 */
public record RememberedClient(Bytes key, Bytes data, long timeoutMillis, long remainingMillis) {}
