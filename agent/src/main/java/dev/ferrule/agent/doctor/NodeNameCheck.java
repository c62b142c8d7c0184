// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

final class NodeNameCheck implements Check {

  /** A name server that does not answer would hold up all that follows. */
  private static final int PATIENCE_SECONDS = 2;

  @Override
  public Topic topic() {
    return Topic.NODE_NAME;
  }

  @Override
  public List<Finding> look(Host host) {
    String name = host.configuration().hostnameOverride();
    return List.of(judge(name, address(name)));
  }

  /**
   * @param address what the name resolves to; empty if it does not
   */
  static Finding judge(String name, String address) {
    return address.isEmpty()
        ? Topic.NODE_NAME.found(
            Severity.NOTE,
            "the node's name "
                + name
                + " does not resolve; it must be that of the Node object, or no endpoint counts"
                + " as local")
        : Topic.NODE_NAME.ok(name + " is " + address);
  }

  private static String address(String name) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(InetAddress.getByName(name).getHostAddress());
              } catch (UnknownHostException e) {
                answer.complete("");
              }
            },
            "resolving");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } catch (ExecutionException | TimeoutException e) {
      return "";
    }
  }
}
