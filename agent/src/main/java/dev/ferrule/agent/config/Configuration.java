// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that can be set, with file, flags and defaults put together. Components are named like the
 * settings in docs/configuration.md.
 *
 * @param hostnameOverride the name of our Node object, in lower case; the host name unless set
 * @param bindAddress its family is the node's primary one; nothing listens on it
 * @param bindAddressHardFail whether an HTTP server that cannot listen ends the process
 * @param healthzBindAddress null: no health server
 * @param metricsBindAddress null: no metrics server
 * @param detectLocal from {@code detectLocalMode}, {@code clusterCIDR} and {@code detectLocal}
 * @param masqueradeAll from the section of the mode, as are both sync periods
 * @param iptables counts in mode iptables alone
 * @param syncPeriod time to the next attempt after a failed one
 * @param minSyncPeriod least time between two commits
 * @param kubeconfig credentials for the Kubernetes API; null for those of the Pod
 * @param manifests folder to take Services from; null: the Kubernetes API
 * @param conntrack what {@code ferrule init} sets
 * @param resetTcp reset TCP connections whose endpoint is gone
 * @param tableOwner let no other program change our nftables tables while the agent runs
 * @param serviceRanges ClusterIPs of hand-written Services, unless ServiceCIDR objects say other
 * @param nodePortRange node ports of hand-written Services
 * @param loadBalancerPool addresses for Services of type LoadBalancer; empty: none are given out
 * @param controlSocket where a running agent answers commands; null: nowhere
 * @param watchSilence a watch that says nothing for so long is renewed
 * @param observing what is told of the agent and the traffic
 * @param maxManifestSize a manifest file of more bytes is not read
 */
public record Configuration(
    ProxyMode mode,
    String hostnameOverride,
    IpAddress bindAddress,
    boolean bindAddressHardFail,
    @Nullable ListenAddress healthzBindAddress,
    @Nullable ListenAddress metricsBindAddress,
    NodePortAddresses nodePortAddresses,
    LocalDetection detectLocal,
    boolean masqueradeAll,
    IptablesSettings iptables,
    Duration syncPeriod,
    Duration minSyncPeriod,
    @Nullable Path kubeconfig,
    @Nullable Path manifests,
    Duration configSyncPeriod,
    ConntrackSettings conntrack,
    boolean resetTcp,
    boolean tableOwner,
    List<Cidr> serviceRanges,
    PortRange nodePortRange,
    List<Cidr> loadBalancerPool,
    Path stateDirectory,
    @Nullable Path controlSocket,
    Duration watchSilence,
    ObservingSettings observing,
    long maxManifestSize) {

  public Configuration {
    serviceRanges = List.copyOf(serviceRanges);
    loadBalancerPool = List.copyOf(loadBalancerPool);
  }
}
