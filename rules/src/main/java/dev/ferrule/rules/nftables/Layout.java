// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sets and maps of our table. Whatever varies from Service to Service is an element of one of
 * them; chains are the same for all. Only {@link #SERVICES} and {@link #EXTERNAL_LOCAL} hold
 * verdicts, because the kernel walks every verdict map at each commit that adds a goto.
 */
public final class Layout {

  /** What a connection to a frontend gets: a pick chain, or drop. */
  public static final String SERVICES = "services";

  /** The endpoints of each frontend, one a slot. */
  public static final String ENDPOINTS = "endpoints";

  /** The endpoints on this node of each frontend with a Local policy, one a slot. */
  public static final String LOCAL_ENDPOINTS = "local_endpoints";

  /** Frontends with externalTrafficPolicy Local; asked before {@link #EXTERNAL_LOCAL}. */
  public static final String LOCAL_POLICY = "local_policy";

  /** What connections from outside get at frontends with externalTrafficPolicy Local. */
  public static final String EXTERNAL_LOCAL = "external_local";

  /** Which endpoint a client went to: filled by packets. */
  public static final String AFFINITY = "affinity";

  /** Frontends without a usable endpoint. */
  public static final String NO_ENDPOINTS = "no_endpoints";

  /** Frontends at which every client is masqueraded. */
  public static final String MASQ_ALL = "masq_all";

  /** Frontends at which every client but a Pod is masqueraded. */
  public static final String MASQ_NON_PODS = "masq_non_pods";

  /** Frontends at which this node is masqueraded. */
  public static final String MASQ_NODE = "masq_node";

  /** Endpoints, each paired with itself: one that reached itself must see another source. */
  public static final String HAIRPIN = "hairpin";

  /**
   * The 16 pairs of an address's last 4 bits with themselves; asked before {@link #HAIRPIN}, which
   * holds every endpoint: a set this small is always in the processor's cache.
   */
  public static final String SAME_LAST_BITS = "same_last_bits";

  /** Frontends that only some sources may reach. */
  public static final String RESTRICTED = "restricted";

  /** The sources that may. */
  public static final String ALLOWED_SOURCES = "allowed_sources";

  /** The ClusterIP of every Service. */
  public static final String CLUSTER_IPS = "cluster_ips";

  /** The blocks of addresses that have a ClusterIP in them; asked before {@link #CLUSTER_IPS}. */
  public static final String CLUSTER_IP_BLOCKS = "cluster_ip_blocks";

  /** The ranges of ServiceCIDR objects. */
  public static final String SERVICE_CIDRS = "service_cidrs";

  /** Sources that count as Pods. */
  public static final String PODS = "pods";

  /**
   * Room for clients with affinity. Beyond it clients are balanced as if they were new. Reading the
   * map back costs more than linear time, hence not larger.
   */
  static final int AFFINITY_SIZE = 65_536;

  /** Where the packet goes: what it shares with the keys of most sets. */
  static final List<Operand> FRONTEND =
      List.of(Operand.Field.DESTINATION, Operand.Field.PROTOCOL, Operand.Field.PORT);

  /** Where the client sent it before DNAT. */
  static final List<Operand> ORIGINAL_FRONTEND =
      List.of(
          Operand.Field.ORIGINAL_DESTINATION, Operand.Field.PROTOCOL, Operand.Field.ORIGINAL_PORT);

  private static final List<SetDeclaration> IPV4_SETS = declare(IpFamily.IPV4);
  private static final List<SetDeclaration> IPV6_SETS = declare(IpFamily.IPV6);

  private Layout() {}

  /** What is always in {@link #SAME_LAST_BITS}. */
  static Map<ElementKey, Element> sameLastBits(IpFamily family) {
    Map<ElementKey, Element> pairs = new HashMap<>();
    for (int bits = 0; bits < 1 << Operand.Mask.LAST_BITS; bits++) {
      byte[] address = new byte[family.addressBytes()];
      address[address.length - 1] = (byte) bits;
      ElementKey key = ElementKey.single(Wire.twice(IpAddress.ofBytes(address)));
      pairs.put(key, Element.of(key, ElementValue.member()));
    }
    return pairs;
  }

  static String backends(Target.Pool pool) {
    return pool == Target.Pool.LOCAL ? LOCAL_ENDPOINTS : ENDPOINTS;
  }

  static DataType[] frontendTypes(IpFamily family) {
    return new DataType[] {DataType.address(family), DataType.INET_PROTO, DataType.INET_SERVICE};
  }

  /** Every set that is always there, without a size. */
  static List<SetDeclaration> sets(IpFamily family) {
    return family == IpFamily.IPV4 ? IPV4_SETS : IPV6_SETS;
  }

  private static List<SetDeclaration> declare(IpFamily family) {
    DataType address = DataType.address(family);
    DataType[] frontend = frontendTypes(family);
    List<DataType> backend = List.of(address, DataType.INET_SERVICE);
    List<DataType> slot =
        List.of(address, DataType.INET_PROTO, DataType.INET_SERVICE, DataType.SLOT);
    List<DataType> client = List.of(address, DataType.INET_PROTO, DataType.INET_SERVICE, address);
    return List.of(
        SetDeclaration.verdictMap(SERVICES, 0, frontend),
        SetDeclaration.map(ENDPOINTS, 0, slot, backend),
        SetDeclaration.map(LOCAL_ENDPOINTS, 0, slot, backend),
        SetDeclaration.set(LOCAL_POLICY, 0, frontend),
        SetDeclaration.verdictMap(EXTERNAL_LOCAL, 0, frontend),
        new SetDeclaration(
            AFFINITY,
            SetDeclaration.Kind.MAP,
            client,
            backend,
            Set.of(SetDeclaration.Flag.DYNAMIC, SetDeclaration.Flag.TIMEOUT),
            AFFINITY_SIZE,
            0),
        SetDeclaration.set(NO_ENDPOINTS, 0, frontend),
        SetDeclaration.set(MASQ_ALL, 0, frontend),
        SetDeclaration.set(MASQ_NON_PODS, 0, frontend),
        SetDeclaration.set(MASQ_NODE, 0, frontend),
        SetDeclaration.set(HAIRPIN, 0, address, address),
        SetDeclaration.set(SAME_LAST_BITS, 1 << Operand.Mask.LAST_BITS, address, address),
        SetDeclaration.set(RESTRICTED, 0, frontend),
        SetDeclaration.intervals(
            ALLOWED_SOURCES, address, DataType.INET_PROTO, DataType.INET_SERVICE, address),
        SetDeclaration.set(CLUSTER_IPS, 0, address),
        SetDeclaration.set(CLUSTER_IP_BLOCKS, 0, address),
        SetDeclaration.intervals(SERVICE_CIDRS, address),
        SetDeclaration.intervals(PODS, address));
  }
}
