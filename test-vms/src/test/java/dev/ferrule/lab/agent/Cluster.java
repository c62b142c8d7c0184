// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.EchoServers;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabNode;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.Protocol;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.TableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node with pods on it, a client outside, and the folder that its daemon follows. */
final class Cluster implements AutoCloseable {

  /** Where every pod answers, over TCP and UDP. */
  static final int POD_PORT = 8080;

  private static final List<String> POD_RANGES = List.of("10.244.0.0/16", "fd00:10:244::/56");
  private static final Pattern PICK = Pattern.compile("(?:pick|sticky)(_local)?_(\\d+)");

  /** A slot is four bytes, in hexadecimal. */
  private static final int SLOT_DIGITS = 8;

  private final Lab lab = Lab.open(1);
  private final EchoServers servers = EchoServers.start();
  private final Map<String, List<EchoServers.Server>> listening = new HashMap<>();
  private final List<Daemon> daemons = new ArrayList<>();
  private final Path work;
  private final Path folder;

  Cluster(Path work) {
    this.work = work;
    this.folder = work.resolve("manifests");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LabNode node() {
    return lab.node(1);
  }

  NetNamespace host() {
    return node().namespace();
  }

  NetNamespace outside() {
    return lab.outside();
  }

  void addOutsideAddress(String address) {
    lab.addOutsideAddress(address);
  }

  Path folder() {
    return folder;
  }

  /** Where the daemon answers. */
  Path socket() {
    return work.resolve("ferrule.sock");
  }

  /** Adds a pod that answers in its name. Nobody is told of it. */
  LabPod pod(String name) {
    LabPod pod = lab.addPod(node(), name);
    for (Protocol protocol : Protocol.values()) {
      listening
          .computeIfAbsent(name, any -> new ArrayList<>())
          .addAll(
              servers.listen(
                  pod.namespace(), name, List.of(pod.ipv4(), pod.ipv6()), POD_PORT, protocol));
    }
    return pod;
  }

  /** The pod's servers take no more connections, and answer those that they have. */
  void stopListening(LabPod pod) {
    List<EchoServers.Server> all = listening.remove(pod.name());
    if (all != null) {
      all.forEach(EchoServers.Server::close);
    }
  }

  void removePod(LabPod pod) {
    stopListening(pod);
    lab.removePod(pod);
  }

  /** Writes a manifest so that it is there whole or not at all. */
  void put(String file, String text) {
    try {
      Path half = folder.resolve(file + ".half");
      Files.writeString(half, text);
      Files.move(half, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remove(String file) {
    try {
      Files.deleteIfExists(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the daemon on the node; it is stopped with the cluster. */
  Daemon daemon(String... words) {
    Daemon daemon = Daemon.start(host(), commandLine("run", words), work);
    daemons.add(daemon);
    return daemon;
  }

  /** The same over an API server. */
  Daemon daemonOverApi(Path kubeconfig) {
    Daemon daemon =
        Daemon.start(host(), commandLine("run", "--kubeconfig", kubeconfig, List.of()), work);
    daemons.add(daemon);
    return daemon;
  }

  /** Runs another command on the node. */
  Command.Result ferrule(String command, String... words) {
    return Command.run(host().command(commandLine(command, words)));
  }

  /** The same over an API server. */
  Command.Result ferruleOverApi(String command, Path kubeconfig) {
    return Command.run(host().command(commandLine(command, "--kubeconfig", kubeconfig, List.of())));
  }

  List<String> commandLine(String command, String... words) {
    return commandLine(command, "--manifests", folder, List.of(words));
  }

  private List<String> commandLine(String command, String source, Path where, List<String> words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString(),
                command,
                source,
                where.toString(),
                "--state-directory",
                work.toString(),
                "--control-socket",
                socket().toString(),
                "--hostname-override",
                node().name(),
                "--cluster-cidr",
                String.join(",", POD_RANGES)));
    all.addAll(words);
    return all;
  }

  Command.Result nft(String script) {
    return host().execWithInput(script, "nft", "-f", "-");
  }

  String list(String... words) {
    List<String> all = new ArrayList<>(List.of("nft"));
    all.addAll(List.of(words));
    return host().exec(all.toArray(String[]::new)).said();
  }

  /** A number that grows with every commit of anybody to nf_tables of the node. */
  int generation() {
    return inside(
        () -> {
          try (NftablesKernel kernel = NftablesKernel.open()) {
            return kernel.generation();
          }
        });
  }

  /** What the daemon would still have to change; to be asked when nobody changes anything. */
  Changes missing() {
    return inside(
        () -> {
          ManifestFolder source =
              new ManifestFolder(folder, ManifestSettings.defaults(node().name()));
          ForwardingSettings settings =
              new ForwardingSettings(
                  NodePortAddresses.PRIMARY,
                  POD_RANGES.stream().map(Cidr::parse).toList(),
                  false,
                  false);
          DesiredState state = new DesiredState(settings, node().name(), NodeAddresses.read());
          state.update(source.load());
          try (KernelTables kernel = KernelTables.open()) {
            return state.differenceTo(kernel.read());
          }
        });
  }

  /** Waits until nothing is missing. */
  void awaitInStep() {
    Wait.untilEqual(List.of(), () -> missing().list());
  }

  /**
   * Fails unless nft can list the rules and every Service leads to as many endpoints as it says.
   */
  void assertWhole() {
    assertThat(host().exec("nft", "list", "ruleset").errors()).isEmpty();
    Map<IpFamily, TableState> tables =
        inside(
            () -> {
              try (KernelTables kernel = KernelTables.open()) {
                return kernel.tables();
              }
            });
    tables.values().forEach(Cluster::assertWhole);
  }

  private static void assertWhole(TableState table) {
    Map<String, Map<String, Integer>> slots =
        Map.of(
            "endpoints", slots(table, "endpoints"),
            "local_endpoints", slots(table, "local_endpoints"));
    for (String map : List.of("services", "external_local")) {
      elements(table, map)
          .forEach(
              element -> {
                if (element.getValue() instanceof ElementValue.GotoChain verdict) {
                  Matcher pick = PICK.matcher(verdict.chain());
                  assertThat(pick.matches()).as(verdict.chain()).isTrue();
                  String endpoints = pick.group(1) == null ? "endpoints" : "local_endpoints";
                  String frontend = element.getKey().first().toString();
                  assertThat(slots.getOrDefault(endpoints, Map.of()).get(frontend))
                      .as(map + " " + frontend + " goto " + verdict.chain())
                      .isEqualTo(Integer.parseInt(pick.group(2)));
                }
              });
    }
  }

  /** How many endpoints each frontend has; their keys are its own with a slot behind. */
  private static Map<String, Integer> slots(TableState table, String map) {
    Map<String, Integer> counts = new HashMap<>();
    for (Map.Entry<ElementKey, ElementValue> element : elements(table, map)) {
      String key = element.getKey().first().toString();
      counts.merge(key.substring(0, key.length() - SLOT_DIGITS), 1, Integer::sum);
    }
    return counts;
  }

  private static Collection<Map.Entry<ElementKey, ElementValue>> elements(
      TableState table, String set) {
    TableState.SetState state = table.sets().get(set);
    assertThat(state).as(set).isNotNull();
    return state == null
        ? List.of()
        : state.elements().values().stream().map(e -> Map.entry(e.key(), e.value())).toList();
  }

  private interface Task<T> {
    T run() throws Exception;
  }

  private <T> T inside(Task<T> task) {
    try {
      return NamespaceThread.once(host(), task::run);
    } catch (Exception e) {
      throw new IllegalStateException("in " + host().name(), e);
    }
  }

  @Override
  public void close() {
    daemons.stream().filter(Daemon::isAlive).forEach(Daemon::kill);
    servers.close();
    lab.close();
  }
}
