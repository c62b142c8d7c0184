// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.objects.ReadingSettings;
import dev.ferrule.rules.model.Cidr;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a folder of manifests is read.
 *
 * @param nodeName of this node; the Node object of that name is this node's
 * @param serviceRanges cluster addresses as long as no ServiceCIDR object says otherwise; the
 *     family of the first range is what a Service gets that asks for none
 * @param nodePorts node ports that Services may ask for and are given
 * @param loadBalancerPool addresses for Services of type LoadBalancer whose status has none; empty
 *     to give out none
 * @param stateFile where given-out addresses are remembered from one run to the next; null for
 *     nowhere
 * @param maxFileBytes larger files are refused without being read
 * @param keepDetails whether labels and annotations of Services are kept, for display
 * @param hashing whether the rules can hash clients; if not, a Service that asks for it is named
 */
public record ManifestSettings(
    String nodeName,
    List<Cidr> serviceRanges,
    PortRange nodePorts,
    List<Cidr> loadBalancerPool,
    @Nullable Path stateFile,
    int maxFileBytes,
    boolean keepDetails,
    boolean hashing) {

  private static final int DEFAULT_MAX_FILE_BYTES = 32 << 20;

  public ManifestSettings {
    nodeName = nodeName.toLowerCase(Locale.ROOT);
    serviceRanges = List.copyOf(serviceRanges);
    loadBalancerPool = List.copyOf(loadBalancerPool);
    if (maxFileBytes < 1) {
      throw new IllegalArgumentException("maxFileBytes " + maxFileBytes + " is not above 0");
    }
  }

  /** What Kubernetes uses where nobody says otherwise; no pool, no state file, no details. */
  public static ManifestSettings defaults(String nodeName) {
    return new ManifestSettings(
        nodeName,
        List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:10:96::/112")),
        new PortRange(30_000, 32_767),
        List.of(),
        null,
        DEFAULT_MAX_FILE_BYTES,
        false,
        true);
  }

  /** How the objects in the files are read. */
  ReadingSettings reading() {
    return new ReadingSettings(nodePorts, keepDetails, hashing);
  }

  /** The same with other service ranges. */
  public ManifestSettings withServiceRanges(List<Cidr> ranges) {
    return new ManifestSettings(
        nodeName,
        ranges,
        nodePorts,
        loadBalancerPool,
        stateFile,
        maxFileBytes,
        keepDetails,
        hashing);
  }

  /** The same with another range of node ports. */
  public ManifestSettings withNodePorts(PortRange ports) {
    return new ManifestSettings(
        nodeName,
        serviceRanges,
        ports,
        loadBalancerPool,
        stateFile,
        maxFileBytes,
        keepDetails,
        hashing);
  }

  /** The same with another load balancer pool. */
  public ManifestSettings withLoadBalancerPool(List<Cidr> pool) {
    return new ManifestSettings(
        nodeName, serviceRanges, nodePorts, pool, stateFile, maxFileBytes, keepDetails, hashing);
  }

  /** The same with another state file. */
  public ManifestSettings withStateFile(@Nullable Path file) {
    return new ManifestSettings(
        nodeName,
        serviceRanges,
        nodePorts,
        loadBalancerPool,
        file,
        maxFileBytes,
        keepDetails,
        hashing);
  }

  /** The same with another limit for files. */
  public ManifestSettings withMaxFileBytes(int bytes) {
    return new ManifestSettings(
        nodeName,
        serviceRanges,
        nodePorts,
        loadBalancerPool,
        stateFile,
        bytes,
        keepDetails,
        hashing);
  }

  /** The same, with labels and annotations of Services kept or not. */
  public ManifestSettings withDetails(boolean keep) {
    return new ManifestSettings(
        nodeName,
        serviceRanges,
        nodePorts,
        loadBalancerPool,
        stateFile,
        maxFileBytes,
        keep,
        hashing);
  }

  /** The same for rules that can hash clients or cannot. */
  public ManifestSettings withHashing(boolean offered) {
    return new ManifestSettings(
        nodeName,
        serviceRanges,
        nodePorts,
        loadBalancerPool,
        stateFile,
        maxFileBytes,
        keepDetails,
        offered);
  }
}
