// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.ManifestFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scheduler, kubelets and endpoint controller of the fleet. What runs is what the manifests say:
 * they are read anew each time, so that several programs can take turns.
 */
public final class FleetPods {

  private final Fleet fleet;

  public FleetPods(Fleet fleet) {
    this.fleet = fleet;
  }

  /** All of them, in order of their names. */
  public List<FleetPod> all() {
    return ManifestFolder.readAll(fleet.manifests().path()).stream()
        .filter(object -> object.path("kind").asText().equals("Pod"))
        .map(
            object ->
                FleetPod.of(object, fleet.node(object.path("spec").path("nodeName").asText())))
        .sorted(Comparator.comparing(FleetPod::name))
        .toList();
  }

  /** Those that connections may go to. */
  public List<FleetPod> ready() {
    return all().stream().filter(FleetPod::ready).toList();
  }

  public FleetPod pod(String name) {
    return all().stream()
        .filter(pod -> pod.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new LabException("there is no Pod " + name));
  }

  /** Writes the Nodes and these objects, and brings them to all nodes. */
  public void lay(Path objects) {
    fleet.nodes().forEach(node -> fleet.manifests().put(manifest(node)));
    ManifestFolder.read(objects).forEach(fleet.manifests()::put);
    fleet.push(fleet.nodes());
  }

  /** Starts or ends Pods of that app until there are so many, in turns over the nodes. */
  public void scale(String app, int count) {
    scale(app, count, fleet.nodes());
  }

  /** The same where new ones are for those nodes only, and only those learn of it. */
  public void scale(String app, int count, List<FleetNode> nodes) {
    List<FleetPod> before = all();
    List<FleetPod> kept = new ArrayList<>(before);
    List<FleetPod> gone = new ArrayList<>();
    for (FleetPod pod : before) {
      if (pod.app().equals(app) && number(pod) > count) {
        kept.remove(pod);
        gone.add(pod);
      }
    }
    for (int number : IntStream.rangeClosed(1, count).toArray()) {
      String name = app + "-" + number;
      if (kept.stream().noneMatch(pod -> pod.name().equals(name))) {
        FleetNode node = nodes.get((number - 1) % nodes.size());
        FleetPod pod = new FleetPod(name, app, node, freeSlot(kept, node), true);
        pod.start();
        kept.add(pod);
        tell(pod);
      }
    }
    gone.forEach(pod -> fleet.manifests().delete("Pod", metadata(pod)));
    inForce(nodes);
    gone.forEach(FleetPod::stop);
  }

  /** Another Pod of that name on another node takes its place; no moment is without one. */
  public FleetPod move(String name, FleetNode to) {
    FleetPod before = pod(name);
    if (before.node().equals(to)) {
      return before;
    }
    FleetPod after = new FleetPod(name, before.app(), to, freeSlot(all(), to), true);
    after.start();
    tell(after);
    inForce();
    before.stop();
    return after;
  }

  /** It ends without a word; then the others learn that it is not ready. */
  public void kill(String name) {
    FleetPod pod = pod(name);
    pod.node()
        .vm()
        .must("systemctl kill --signal=KILL " + pod.unit() + "; systemctl stop " + pod.unit());
    tell(pod.ready(false));
    inForce();
  }

  /** Says so of a Pod whose node is not there, or is there again. */
  public void ready(String name, boolean ready) {
    tell(pod(name).ready(ready));
  }

  /** What {@link #kill} ended runs again. */
  public void revive(String name) {
    FleetPod pod = pod(name);
    pod.start();
    tell(pod.ready(true));
    inForce();
  }

  /** Brings what was told to all nodes, and waits until their kernels do so. */
  public void inForce() {
    inForce(fleet.nodes());
  }

  /** To those nodes only. */
  public void inForce(List<FleetNode> nodes) {
    fleet.push(nodes);
    fleet.awaitRules(nodes, ready());
  }

  private void tell(FleetPod pod) {
    fleet.manifests().put(pod.manifest());
  }

  private static int number(FleetPod pod) {
    return Integer.parseInt(pod.name().substring(pod.app().length() + 1));
  }

  private static int freeSlot(List<FleetPod> taken, FleetNode node) {
    return IntStream.rangeClosed(FleetPod.FIRST_SLOT, FleetPod.LAST_SLOT)
        .filter(
            slot -> taken.stream().noneMatch(pod -> pod.node().equals(node) && pod.slot() == slot))
        .findFirst()
        .orElseThrow(() -> new LabException(node.name() + " has no address left for a Pod"));
  }

  private static JsonNode metadata(FleetPod pod) {
    return JsonNodeFactory.instance.objectNode().put("name", pod.name());
  }

  private static JsonNode manifest(FleetNode node) {
    ObjectNode object =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = object.putObject("metadata").put("name", node.name());
    metadata.putObject("labels").put("kubernetes.io/hostname", node.name());
    ObjectNode spec = object.putObject("spec").put("podCIDR", node.podCidr4());
    spec.putArray("podCIDRs").add(node.podCidr4()).add(node.podCidr6());
    ObjectNode status = object.putObject("status");
    for (String address : List.of(node.ipv4(), node.ipv6())) {
      status.withArray("addresses").addObject().put("type", "InternalIP").put("address", address);
    }
    return object;
  }
}
