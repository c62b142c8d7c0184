// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The server as a process of its own, until it is killed. */
public final class Main {

  private static final String USAGE =
      "usage: [--address A] [--name HOST]... [--port N] [--tls DIR] [--token T] [--load DIR] [--services N]"
          + " [--endpoints N] [--realistic] [--kubeconfig FILE]";

  private Main() {}

  /**
   * Starts it and prints its address once it listens.
   *
   * @param args see the usage; {@code --tls} takes the folder to write ca.crt, client.crt and
   *     client.key to, {@code --name} is for the certificate and the kubeconfig, {@code
   *     --endpoints} is for each of the Services
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = Options.defaults();
    String address = options.address();
    List<String> names = new ArrayList<>();
    int port = 0;
    int services = 0;
    int endpoints = 0;
    Path certificates = null;
    Path load = null;
    Path kubeconfig = null;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--realistic")) {
        options = options.withRealisticMetadata(true);
        continue;
      }
      if (i + 1 == args.length) {
        fail("no value for " + args[i]);
      }
      String value = args[++i];
      switch (args[i - 1]) {
        case "--address" -> address = value;
        case "--name" -> names.add(value);
        case "--port" -> port = Integer.parseInt(value);
        case "--tls" -> certificates = Files.createDirectories(Path.of(value));
        case "--token" -> options = options.withTokens(Map.of(value, "ferrule-test"));
        case "--load" -> load = Path.of(value);
        case "--services" -> services = Integer.parseInt(value);
        case "--endpoints" -> endpoints = Integer.parseInt(value);
        case "--kubeconfig" -> kubeconfig = Path.of(value);
        default -> fail("there is no option " + args[i - 1]);
      }
    }
    if (certificates != null) {
      options = options.withTls();
    }
    ApiServer server = ApiServer.stopped(options.withNames(names).listening(address, port));
    if (load != null) {
      server.load(load);
    }
    server.createAll(SampleObjects.services(services, endpoints));
    server.restart();
    if (certificates != null) {
      server.certificates(certificates);
    }
    if (kubeconfig != null) {
      server.kubeconfig(kubeconfig);
    }
    System.out.println(server.url());
    new CountDownLatch(1).await();
  }

  private static void fail(String message) {
    System.err.println(message + "\n" + USAGE);
    System.exit(2);
  }
}
