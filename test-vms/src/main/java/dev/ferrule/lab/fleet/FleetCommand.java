// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import dev.ferrule.lab.Command.Result;
import dev.ferrule.lab.LabException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code test-vms/fleet}. */
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    description = "Pods of a fleet of virtual machines: docs/testbed.md.")
public final class FleetCommand {

  private static final int FAILED = 1;

  @Option(
      names = "--folder",
      description = "Where the fleet's ssh_config and manifests are (default: ${DEFAULT-VALUE}).",
      defaultValue = "test-vms/target/fleet")
  private Path folder = Path.of("");

  private FleetCommand() {}

  public static void main(String[] words) {
    CommandLine line = new CommandLine(new FleetCommand());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (!(failure instanceof LabException)) {
            throw failure;
          }
          command.getErr().println("fleet: " + failure.getMessage());
          return FAILED;
        });
    System.exit(line.execute(words));
  }

  @Command(description = "Lays out Nodes and the Services of a file, and starts Pods of app web.")
  void lay(
      @Option(
              names = "--services",
              defaultValue = "test-vms/src/main/resources/fleet/services.yaml",
              description = "Default: ${DEFAULT-VALUE}")
          Path services,
      @Option(names = "--pods", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
          int count) {
    FleetPods pods = pods();
    pods.lay(services);
    pods.scale("web", count);
    list(pods);
  }

  @Command(name = "pods", description = "Lists the Pods.")
  void list() {
    list(pods());
  }

  @Command(description = "Starts or ends Pods of an app until there are so many.")
  void scale(
      @Parameters(paramLabel = "APP") String app, @Parameters(paramLabel = "COUNT") int count) {
    FleetPods pods = pods();
    pods.scale(app, count);
    list(pods);
  }

  @Command(description = "Brings a Pod to another node.")
  void move(
      @Parameters(paramLabel = "POD") String pod, @Parameters(paramLabel = "NODE") String node) {
    Fleet fleet = Fleet.open(folder);
    FleetPods pods = new FleetPods(fleet);
    pods.move(pod, fleet.node(node));
    list(pods);
  }

  @Command(description = "Ends a Pod without a word; then all learn that it is not ready.")
  void kill(@Parameters(paramLabel = "POD") String pod) {
    FleetPods pods = pods();
    pods.kill(pod);
    list(pods);
  }

  @Command(description = "Starts a Pod again that was killed.")
  void revive(@Parameters(paramLabel = "POD") String pod) {
    FleetPods pods = pods();
    pods.revive(pod);
    list(pods);
  }

  @Command(description = "Brings the folder of manifests to all nodes, for example after an edit.")
  void push() {
    Fleet fleet = Fleet.open(folder);
    fleet.push(fleet.nodes());
  }

  @Command(description = "What the agents say of themselves.")
  int status() {
    int worst = 0;
    for (FleetNode node : Fleet.open(folder).nodes()) {
      Result result = node.vm().run("ferrule status");
      System.out.printf("== %s%n%s%n", node.name(), result.said());
      worst = Math.max(worst, result.exit());
    }
    return worst;
  }

  private FleetPods pods() {
    return new FleetPods(Fleet.open(folder));
  }

  private static void list(FleetPods pods) {
    System.out.printf("%-12s %-8s %-8s %-18s %s%n", "POD", "APP", "NODE", "IPV4", "READY");
    for (FleetPod pod : pods.all()) {
      System.out.printf(
          "%-12s %-8s %-8s %-18s %s%n",
          pod.name(), pod.app(), pod.node().name(), pod.ipv4(), pod.ready() ? "yes" : "no");
    }
  }
}
