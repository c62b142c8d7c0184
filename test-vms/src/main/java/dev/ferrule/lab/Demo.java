// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Shows the real agent at work in a cluster made of network namespaces. Exits 0 only if every
 * promise it makes on the way was kept.
 */
public final class Demo {
  private static final Duration AGENT_START = Duration.ofSeconds(30);

  private final DemoCluster cluster;
  private final Show show;

  private Demo(DemoCluster cluster, Show show) {
    this.cluster = cluster;
    this.show = show;
  }

  /** {@code -Dferrule.root} says where the checkout is; default: the current folder. */
  public static void main(String[] args) throws IOException {
    if (Libc.C.geteuid() != 0) {
      System.err.println("demo: needs root, to make network namespaces; try: sudo ./demo");
      System.exit(1);
    }
    Path root = Path.of(System.getProperty("ferrule.root", ".")).toAbsolutePath().normalize();
    Show show = new Show(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    try (DemoCluster cluster = new DemoCluster(root)) {
      new Demo(cluster, show).play(root.resolve("examples"));
    } catch (LabException | IOException e) {
      show.expect(false, "the demo could go on: " + e.getMessage());
    }
    show.heading(show.summary());
    System.exit(show.allKept() ? 0 : 1);
  }

  private void play(Path examples) throws IOException {
    bringUp(examples);
    plan();
    try (Caller client = cluster.from("client")) {
      startAgent(client);
      describe();
      new ServiceTour(cluster, show, client).play();
      new ChangeTour(cluster, show, client).play();
    }
    rules();
  }

  private void bringUp(Path examples) {
    show.heading("A cluster of network namespaces");
    Instant start = Instant.now();
    cluster.kubelet().applyAll(examples);
    cluster.kubelet().applyAll(examples.resolve("lab"));
    for (String address : ServiceTour.EXTERNAL) {
      cluster.lab().addOutsideAddress(address + "/32");
      cluster.servers().listen(cluster.lab().outside(), address, address, 80, Protocol.TCP);
    }
    for (LabNode node : cluster.lab().nodes()) {
      List<String> pods =
          cluster.lab().pods().stream()
              .filter(p -> p.node().equals(node))
              .map(p -> p.name().replace("default/", "") + " " + p.ipv4())
              .toList();
      show.line("%s (%s): %s".formatted(node.name(), node.ipv4(), String.join(", ", pods)));
    }
    show.line(
        "outside: %s; %d pods in %d ms"
            .formatted(
                Lab.CLIENT_IPV4,
                cluster.lab().pods().size(),
                Duration.between(start, Instant.now()).toMillis()));
  }

  private void plan() {
    show.heading("What would be done? (nothing is touched)");
    Command.Result plan = cluster.ferrule().run("plan");
    show.command("ferrule plan --config config.yaml --manifests manifests/", plan.said(), 24);
    show.expect(plan.exit() == 2, "plan exits 2: there are changes to make");
    show.expect(
        !cluster.ferrule().node().exec("nft", "list", "tables").output().contains("ferrule"),
        "and has made none of them");
  }

  private void startAgent(Caller client) throws IOException {
    show.heading("The agent starts");
    Instant start = Instant.now();
    AgentProcess agent = cluster.startAgent();
    String web = cluster.clusterIp("web", false);
    boolean answered = false;
    while (!answered
        && agent.isAlive()
        && Duration.between(start, Instant.now()).compareTo(AGENT_START) < 0) {
      answered = answers(client, web);
    }
    show.command("ferrule run", String.join("\n", agent.newLines()), 12);
    show.expect(answered, "the first connection to a Service is answered");
    if (!answered) {
      throw new LabException("the agent does not serve");
    }
  }

  private static boolean answers(Caller client, String address) {
    try {
      client.get(address, 80);
      return true;
    } catch (IOException e) {
      // Not yet: until there are rules, nobody owns the address.
      return false;
    }
  }

  private void describe() {
    show.heading("Its Services, as kubectl would show them");
    Command.Result services = cluster.ferrule().run("get", "services");
    show.command("ferrule get services", services.said(), 20);
    show.expect(services.exit() == 0 && services.output().contains("web"), "web is among them");
    Command.Result web = cluster.ferrule().run("describe", "service", "web");
    show.command("ferrule describe service web", web.said(), 30);
    show.expect(
        web.exit() == 0 && web.output().contains(cluster.kubelet().pod("web-1").ipv4()),
        "it names the Pods behind it");
  }

  private void rules() {
    show.heading("What it comes to in the kernel");
    Command.Result listing = cluster.ferrule().node().exec("nft", "list", "table", "ip", "ferrule");
    show.command("nft list table ip ferrule", listing.said(), 30);
    show.expect(listing.exit() == 0, "nft lists it");
  }
}
