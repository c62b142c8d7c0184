// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.cluster.Access;
import dev.ferrule.agent.cluster.ClusterSettings;
import dev.ferrule.agent.cluster.ClusterSnapshot;
import dev.ferrule.agent.cluster.ClusterSource;
import dev.ferrule.agent.cluster.SavedCluster;
import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationOptions;
import dev.ferrule.agent.config.IptablesSettings;
import dev.ferrule.agent.config.LocalDetection;
import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.config.ReadConfiguration;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.manifests.FollowedFolder;
import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.agent.objects.ReadingSettings;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.sync.Backend;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.PodInterface;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the Services come from, and all settings. */
final class SourceOptions {

  /** The flags that are no settings. */
  private static final Set<String> SOURCE_FLAGS = Set.of("--config", "--manifests", "--master");

  private static final List<Cidr> ALL_ADDRESSES =
      List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

  @Mixin private ConfigurationOptions configurationOptions;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "The Kubernetes API server, instead of the one that the kubeconfig names.")
  private @Nullable String server;

  private @Nullable ReadConfiguration read;

  /** Why no running agent was asked. */
  private String outOfReach = "";

  private Log log = Log.of(line -> errors().println(line));

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Null in a process of its own. */
  private final @Nullable AgentView agent;

  SourceOptions() {
    this(null);
  }

  /**
   * @param agent the one that carries out the command for somebody else: it has a source and
   *     settings already, and flags for them are refused
   */
  SourceOptions(@Nullable AgentView agent) {
    this.agent = agent;
  }

  /** Flags that say what else than a running agent's state and settings is asked about. */
  List<String> sourceFlags() {
    CommandLine.ParseResult parsed = command.commandLine().getParseResult();
    return parsed.matchedOptions().stream()
        .filter(option -> option.group() != null || SOURCE_FLAGS.contains(option.longestName()))
        .map(OptionSpec::longestName)
        .filter(name -> !name.equals(ControlSocketOption.NAME))
        .toList();
  }

  /** The agent that carries out the command for somebody else; null in a process of its own. */
  @Nullable AgentView agent() {
    return agent;
  }

  /** This process does itself what it could not ask an agent for. */
  void agentIsOutOfReach(String reason) {
    outOfReach = reason;
  }

  /** Where the command writes what is not its result. */
  PrintWriter errors() {
    return command.commandLine().getErr();
  }

  /** Where the command writes its result. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** From now on what the operator should know goes there. */
  void tell(Log to) {
    log = to;
  }

  private void warn(String line) {
    log.warning(line);
  }

  /** File, flags and defaults, read once; warnings go to standard error. */
  Configuration configuration() {
    return agent == null ? read().configuration() : agent.configuration();
  }

  private ReadConfiguration read() {
    ReadConfiguration known = read;
    if (known == null) {
      known = configurationOptions.read(warning -> warn("warning: " + warning));
      read = known;
    }
    return known;
  }

  /** The same command line, with the file read again when it is asked for. */
  SourceOptions again() {
    SourceOptions again = new SourceOptions();
    again.configurationOptions = configurationOptions;
    again.server = server;
    again.command = command;
    again.log = log;
    return again;
  }

  /** A line for each setting that is written differently than in others. */
  List<String> changesFrom(SourceOptions earlier) {
    return read().written().changesFrom(earlier.read().written());
  }

  /** Whether it is said where the Services come from. */
  boolean given() {
    return configuration().manifests() != null
        || configuration().kubeconfig() != null
        || Access.inPod();
  }

  /**
   * What is asked for once.
   *
   * @param details whether what is only for display is kept
   */
  Source snapshot(boolean details) {
    if (agent != null) {
      return agent.source();
    }
    Path manifests = configuration().manifests();
    return manifests == null
        ? new ClusterSnapshot(cluster(details), log)
        : folder(manifests, details);
  }

  /** What was last known of a cluster; null if the Services come from a folder. */
  @Nullable SavedCluster savedCluster() {
    return configuration().manifests() == null ? new SavedCluster(cluster(false), log) : null;
  }

  /** What is followed; what the operator should know goes to standard error. */
  FollowedSource followed() throws KernelException {
    Path manifests = configuration().manifests();
    return manifests == null
        ? new ClusterSource(cluster(true), log)
        : FollowedFolder.open(manifests, folder(manifests, true), log);
  }

  private ClusterSettings cluster(boolean details) {
    Path kubeconfig = configuration().kubeconfig();
    if (kubeconfig == null && !Access.inPod()) {
      throw new CommandFailure(
          "where are the Services? Name a folder of manifests with --manifests DIR, or a cluster"
              + " with --kubeconfig FILE"
              + (outOfReach.isEmpty() ? "" : "; and " + outOfReach));
    }
    return new ClusterSettings(
        new Access(kubeconfig, server),
        configuration().hostnameOverride(),
        configuration().stateDirectory(),
        configuration().watchSilence(),
        new ReadingSettings(PortRange.ALL, details, hashing()));
  }

  /** A folder, not read yet. */
  ManifestFolder folder(Path directory, boolean details) {
    if (!Files.isDirectory(directory)) {
      throw new CommandFailure(
          directory + " is not a folder; --manifests wants one with YAML or JSON files in it");
    }
    Configuration settings = configuration();
    ManifestSettings manifestSettings =
        new ManifestSettings(
            settings.hostnameOverride(),
            settings.serviceRanges(),
            settings.nodePortRange(),
            settings.loadBalancerPool(),
            stateFile(directory),
            (int) Math.min(settings.maxManifestSize(), Integer.MAX_VALUE - 8),
            details,
            hashing());
    return new ManifestFolder(directory, manifestSettings);
  }

  /** Whether the rules can hash clients. */
  boolean hashing() {
    return configuration().mode() != ProxyMode.IPTABLES;
  }

  /** One state file a folder, so that two folders do not share what they give out. */
  private Path stateFile(Path directory) {
    CRC32 checksum = new CRC32();
    checksum.update(
        directory.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
    String name = "allocations-" + HexFormat.of().toHexDigits((int) checksum.getValue()) + ".json";
    return configuration().stateDirectory().resolve(name);
  }

  /** The settings that decide about rules. */
  ForwardingSettings forwarding() {
    Configuration settings = configuration();
    List<Cidr> podRanges = List.of();
    boolean fromNode = false;
    PodInterface podInterface = null;
    LocalDetection detection = settings.detectLocal();
    if (detection instanceof LocalDetection.ClusterCidr cluster) {
      podRanges = cluster.ranges();
    } else if (detection instanceof LocalDetection.NodeCidr) {
      fromNode = true;
    } else if (detection instanceof LocalDetection.BridgeInterface bridge) {
      podInterface = new PodInterface(bridge.name(), false);
    } else if (detection instanceof LocalDetection.InterfaceNamePrefix prefix) {
      podInterface = new PodInterface(prefix.prefix(), true);
    }
    return new ForwardingSettings(
        nodePortAddresses(settings),
        podRanges,
        fromNode,
        podInterface,
        settings.masqueradeAll(),
        settings.resetTcp());
  }

  private static NodePortAddresses nodePortAddresses(Configuration settings) {
    if (settings.nodePortAddresses().primary()) {
      return NodePortAddresses.PRIMARY;
    }
    List<Cidr> ranges = settings.nodePortAddresses().ranges();
    boolean loopback =
        settings.mode() == ProxyMode.IPTABLES && settings.iptables().localhostNodePorts();
    return new NodePortAddresses(ranges.isEmpty() ? ALL_ADDRESSES : ranges, loopback);
  }

  /** Our part of the kernel; what the operator should know goes to standard error. */
  KernelRules openKernel() throws KernelException {
    return backend().open(this::warn);
  }

  /** Where the rules go. */
  Backend backend() {
    Configuration settings = configuration();
    if (settings.mode() == ProxyMode.NFTABLES) {
      return new Backend(new Rendering.Nftables(settings.observing().counters()), null, false);
    }
    IptablesSettings iptables = settings.iptables();
    return new Backend(
        new Rendering.Iptables(
            iptables.masqueradeBit(),
            !settings.conntrack().tcpBeLiberal(),
            forwarding().nodePortAddresses().opensLoopback()),
        iptables.variant(),
        false);
  }
}
