// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a server is started.
 *
 * @param address a literal IPv4 or IPv6 address to listen on
 * @param port 0 for one that is free
 * @param tls whether it speaks TLS; who it does not know by a token or a certificate gets 401 then
 * @param names host names and addresses that its certificate shall have besides the usual ones; the
 *     first is told to clients if it listens on all addresses
 * @param tokens bearer tokens it accepts, with the user names they stand for; if there are any,
 *     they are needed without TLS too
 * @param bookmarks how often a watch that wants bookmarks gets one; Kubernetes: about a minute
 * @param realisticMetadata whether objects get managedFields, which makes them as large as real
 *     ones
 * @param history how many changes are kept for watches that continue, and for pages
 */
public record Options(
    String address,
    int port,
    boolean tls,
    List<String> names,
    Map<String, String> tokens,
    Duration bookmarks,
    boolean realisticMetadata,
    int history) {

  /** Copies the collections. */
  public Options {
    names = List.copyOf(names);
    tokens = Map.copyOf(tokens);
  }

  /** Plain HTTP on a free port of 127.0.0.1 for everybody, 20,000 changes of history. */
  public static Options defaults() {
    return new Options(
        "127.0.0.1", 0, false, List.of(), Map.of(), Duration.ofMinutes(1), false, 20_000);
  }

  /** On this address and port. */
  public Options listening(String onAddress, int onPort) {
    return new Options(
        onAddress, onPort, tls, names, tokens, bookmarks, realisticMetadata, history);
  }

  /** With TLS. */
  public Options withTls() {
    return new Options(address, port, true, names, tokens, bookmarks, realisticMetadata, history);
  }

  /** With these host names and addresses besides its address. */
  public Options withNames(List<String> more) {
    return new Options(address, port, tls, more, tokens, bookmarks, realisticMetadata, history);
  }

  /** Accepting these tokens, each with its user name. */
  public Options withTokens(Map<String, String> accepted) {
    return new Options(address, port, tls, names, accepted, bookmarks, realisticMetadata, history);
  }

  /** With bookmarks so often. */
  public Options withBookmarksEvery(Duration interval) {
    return new Options(address, port, tls, names, tokens, interval, realisticMetadata, history);
  }

  /** With managedFields or without. */
  public Options withRealisticMetadata(boolean realistic) {
    return new Options(address, port, tls, names, tokens, bookmarks, realistic, history);
  }

  /** With so many changes kept. */
  public Options withHistory(int changes) {
    return new Options(address, port, tls, names, tokens, bookmarks, realisticMetadata, changes);
  }
}
