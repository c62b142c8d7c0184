// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cluster's network made of network namespaces: nodes, pods behind them, and the world outside.
 * Real packets, real netfilter, nothing in the machine's own namespace, gone when closed.
 *
 * <pre>
 *   outside (203.0.113.2; bridge 192.168.0.1)
 *      |                |
 *    node1            node2          192.168.0.2, 192.168.0.3
 *    |   |            |   |
 *   pod pod          pod pod         10.244.1.0/24, 10.244.2.0/24
 * </pre>
 *
 * Pods are routed, one cable each, not bridged: a reply between two pods of one node then passes
 * the node's connection tracking like any other packet, whatever br_netfilter is set to.
 */
public final class Lab implements AutoCloseable {
  /** The ranges that ClusterIPs come from; pods and the outside send them to a node. */
  public static final String SERVICE_CIDR4 = "10.96.0.0/12";

  public static final String SERVICE_CIDR6 = "fd00:10:96::/112";

  /** The source address of connections from outside. */
  public static final String CLIENT_IPV4 = "203.0.113.2";

  public static final String CLIENT_IPV6 = "2001:db8:113::2";

  private static final int PODS_PER_NODE = 250;
  private static final AtomicInteger LABS = new AtomicInteger();

  private final String prefix;
  private final NetNamespace outside;
  private final List<LabNode> nodes = new ArrayList<>();
  // guarded by this: pods come and go from several threads, and the shutdown hook closes
  private final Map<String, LabPod> pods = new LinkedHashMap<>();
  private final Map<LabNode, BitSet> slots = new LinkedHashMap<>();
  private final List<NetNamespace> made = new ArrayList<>();
  private final Thread atExit = new Thread(this::removeAll, "lab clean-up");
  private boolean closed;

  private Lab() {
    // several labs may live at once, in this process and in others
    this.prefix = "fl" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
    this.outside = new NetNamespace(prefix + "outside");
  }

  /** Brings up the outside and as many nodes, without pods. */
  public static Lab open(int nodeCount) {
    Lab lab = new Lab();
    Runtime.getRuntime().addShutdownHook(lab.atExit);
    try {
      lab.build(nodeCount);
      return lab;
    } catch (RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private synchronized void build(int nodeCount) {
    for (int number = 1; number <= nodeCount; number++) {
      LabNode node = new LabNode(number, new NetNamespace(prefix + "node" + number));
      nodes.add(node);
      slots.put(node, new BitSet());
    }
    made.add(outside);
    nodes.forEach(node -> made.add(node.namespace()));
    NetNamespace.create(made);
    Wiring.outside(outside, nodes);
    for (LabNode node : nodes) {
      Wiring.node(node, nodes);
    }
  }

  /** Adds a pod with the next free addresses of its node. */
  public synchronized LabPod addPod(LabNode node, String name) {
    if (closed) {
      throw new LabException("could not add pod " + name + " because the lab is closed");
    }
    if (pods.containsKey(name)) {
      throw new LabException("could not add pod " + name + " because there is one of that name");
    }
    BitSet taken = slots.computeIfAbsent(node, n -> new BitSet());
    int slot = taken.nextClearBit(1);
    if (slot > PODS_PER_NODE) {
      throw new LabException("could not add pod " + name + " because " + node.name() + " is full");
    }
    NetNamespace namespace = new NetNamespace(prefix + node.name() + "-pod" + slot);
    LabPod pod = new LabPod(name, namespace, node, slot, node.podIpv4(slot), node.podIpv6(slot));
    taken.set(slot);
    made.add(namespace);
    pods.put(name, pod);
    NetNamespace.create(List.of(namespace));
    Wiring.pod(pod);
    return pod;
  }

  /** Removes a pod's namespace; its address is free for another. */
  public synchronized void removePod(LabPod pod) {
    if (closed || !pods.remove(pod.name(), pod)) {
      return;
    }
    // The pod's end of the cable takes the node's end along, but only once the kernel gets to it.
    pod.node().namespace().ip(List.of("link del " + pod.cable()));
    NetNamespace.delete(List.of(pod.namespace()));
    made.remove(pod.namespace());
    slots.computeIfAbsent(pod.node(), n -> new BitSet()).clear(pod.slot());
  }

  /** Gives the outside one more address, for servers that are not part of the cluster. */
  public void addOutsideAddress(String address) {
    outside.ip(List.of("addr add " + address + " dev lo"));
  }

  public NetNamespace outside() {
    return outside;
  }

  public List<LabNode> nodes() {
    return List.copyOf(nodes);
  }

  public LabNode node(int number) {
    return nodes.get(number - 1);
  }

  public synchronized Collection<LabPod> pods() {
    return List.copyOf(pods.values());
  }

  @Override
  public void close() {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Shutting down already: the hook found, or will find, nothing left to do.
      return;
    }
  }

  private synchronized void removeAll() {
    if (closed) {
      return;
    }
    closed = true;
    NetNamespace.delete(made);
    made.clear();
    pods.clear();
  }
}
