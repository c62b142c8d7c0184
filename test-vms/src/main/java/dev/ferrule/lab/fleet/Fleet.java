// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.ManifestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All machines that are up, and the folder of manifests that its nodes get. */
public final class Fleet {

  private static final Pattern HOST = Pattern.compile("(?m)^Host (\\S+)$");
  private static final Pattern POD_ADDRESS = Pattern.compile("10\\.244\\.\\d+\\.\\d+");
  private static final Duration IN_STEP = Duration.ofSeconds(60);

  private final List<FleetNode> nodes;
  private final Vm client;
  private final Path manifests;

  private Fleet(List<FleetNode> nodes, Vm client, Path manifests) {
    this.nodes = List.copyOf(nodes);
    this.client = client;
    this.manifests = manifests;
  }

  /**
   * The fleet of a folder with {@code ssh_config} and {@code manifests}.
   *
   * @throws LabException if there is none
   */
  public static Fleet open(Path folder) {
    Path config = folder.resolve("ssh_config").toAbsolutePath();
    String hosts;
    try {
      Files.createDirectories(folder.resolve("manifests"));
      hosts = Files.readString(config);
    } catch (IOException e) {
      throw new LabException(
          "there is no fleet: "
              + config
              + " is missing. sudo test-vms/run --keep makes one;"
              + " so do vagrant up and vagrant ssh-config >"
              + config,
          e);
    }
    List<FleetNode> nodes = new ArrayList<>();
    Matcher host = HOST.matcher(hosts);
    while (host.find()) {
      if (host.group(1).startsWith("node")) {
        Vm vm = new Vm(host.group(1), config);
        nodes.add(new FleetNode(Integer.parseInt(vm.name().substring("node".length())), vm));
      }
    }
    return new Fleet(nodes, new Vm("client", config), folder.resolve("manifests"));
  }

  /** In order of their numbers. */
  public List<FleetNode> nodes() {
    return nodes;
  }

  /** Counted from 1. */
  public FleetNode node(int index) {
    return nodes.get(index - 1);
  }

  FleetNode node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LabException(
                    "there is no node "
                        + name
                        + "; there are "
                        + nodes.stream().map(FleetNode::name).toList()));
  }

  /** The machine outside. */
  public Vm client() {
    return client;
  }

  /** Nodes and client. */
  public List<Vm> machines() {
    List<Vm> all = new ArrayList<>(nodes.stream().map(FleetNode::vm).toList());
    all.add(client);
    return all;
  }

  /** The folder on this host; {@link #push} brings it to the nodes. */
  public ManifestFolder manifests() {
    return new ManifestFolder(manifests);
  }

  /** Connections that all scripts share. */
  public void connect() {
    machines().forEach(Vm::keepConnection);
  }

  /** Ends what {@link #connect} has made. */
  public void disconnect() {
    machines().forEach(Vm::dropConnection);
  }

  /** Brings the manifests to those nodes; each file is there whole or not at all. */
  public void push(Collection<FleetNode> to) {
    to.forEach(this::push);
  }

  private void push(FleetNode node) {
    Command.Result result =
        Command.run(
            List.of(
                "rsync",
                "--recursive",
                "--times",
                "--delete",
                "--chmod=D755,F644",
                "--rsync-path=sudo rsync",
                "--rsh=ssh -F " + node.vm().sshConfig(),
                manifests + "/",
                node.name() + ":/srv/ferrule/manifests/"));
    if (result.exit() != 0) {
      throw new LabException(node.name() + " did not take the manifests: " + result.said());
    }
  }

  /** Waits until the kernels of those nodes lead to those Pods and to no others. */
  public void awaitRules(Collection<FleetNode> of, Collection<FleetPod> pods) {
    Set<String> wanted = pods.stream().map(FleetPod::ipv4).collect(Collectors.toSet());
    for (FleetNode node : of) {
      long end = System.nanoTime() + IN_STEP.toNanos();
      Set<String> found = podAddresses(node.vm());
      while (!found.equals(wanted)) {
        if (System.nanoTime() > end) {
          throw new LabException(
              node.name() + " leads to " + found + " and not to " + wanted + " after " + IN_STEP);
        }
        found = podAddresses(node.vm());
      }
    }
  }

  private static Set<String> podAddresses(Vm vm) {
    String rules =
        vm.run(
                "nft list map ip ferrule endpoints 2>/dev/null || true;"
                    + " for one in nft legacy; do"
                    + " iptables-$one-save -t nat 2>/dev/null | grep -e --to-destination || true; done")
            .output();
    Set<String> found = new TreeSet<>();
    Matcher address = POD_ADDRESS.matcher(rules);
    while (address.find()) {
      found.add(address.group());
    }
    return found;
  }
}
