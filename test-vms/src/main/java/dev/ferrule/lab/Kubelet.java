// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays the kubelet of every node, and the scheduler: a Pod manifest becomes a namespace with an
 * address and a server on each of its container ports, whatever its image, and the manifest with
 * its status appears in the folder that the agent follows. Other objects go there as they are.
 */
public final class Kubelet {
  private static final int DEFAULT_PORT = 80;

  private final Lab lab;
  private final EchoServers servers;
  private final ManifestFolder folder;
  // by namespace/name; guarded by this
  private final Map<String, RunningPod> pods = new LinkedHashMap<>();

  public Kubelet(Lab lab, EchoServers servers, ManifestFolder folder) {
    this.lab = lab;
    this.servers = servers;
    this.folder = folder;
    lab.nodes().forEach(node -> folder.put(nodeObject(node)));
  }

  private static JsonNode nodeObject(LabNode node) {
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

  /** Applies every object of a folder of manifests. */
  public void applyAll(Path manifests) {
    ManifestFolder.readAll(manifests).forEach(this::apply);
  }

  /** Starts a Pod and reports it ready; hands anything else to the agent as it is. */
  public void apply(JsonNode object) {
    folder.put(isPod(object) ? start(object) : object);
  }

  /**
   * Starts a Pod, but does not tell the agent yet; returns its manifest with status. To tell, put
   * that into the agent's folder.
   */
  public synchronized JsonNode start(JsonNode object) {
    ObjectNode manifest = object.deepCopy();
    String key = key(manifest);
    LabPod place = lab.addPod(schedule(manifest), key);
    List<EchoServers.Server> listening = new ArrayList<>();
    String name = manifest.path("metadata").path("name").asText();
    for (JsonNode port : ports(manifest)) {
      listening.addAll(
          servers.listen(
              place.namespace(),
              name,
              List.of(place.ipv4(), place.ipv6()),
              port.path("containerPort").asInt(),
              Protocol.of(port)));
    }
    RunningPod pod = new RunningPod(place, manifest, listening);
    pod.report(true);
    pods.put(key, pod);
    return manifest;
  }

  private LabNode schedule(ObjectNode manifest) {
    String wanted = manifest.path("spec").path("nodeName").asText("");
    LabNode node =
        lab.nodes().stream()
            .filter(n -> n.name().equals(wanted))
            .findFirst()
            .orElseGet(() -> lab.nodes().get(pods.size() % lab.nodes().size()));
    manifest.withObject("/spec").put("nodeName", node.name());
    return node;
  }

  private static List<JsonNode> ports(JsonNode manifest) {
    List<JsonNode> ports = new ArrayList<>();
    for (JsonNode container : manifest.path("spec").path("containers")) {
      container.path("ports").forEach(ports::add);
    }
    if (ports.isEmpty()) {
      ports.add(JsonNodeFactory.instance.objectNode().put("containerPort", DEFAULT_PORT));
    }
    return ports.stream().filter(Protocol::served).toList();
  }

  /** What a failing or passing readiness probe does. */
  public synchronized void setReady(String name, boolean ready) {
    RunningPod pod = running(name);
    pod.report(ready);
    folder.put(pod.manifest());
  }

  /** Says that a Pod is going; its servers answer until it is removed. */
  public synchronized void terminate(String name) {
    RunningPod pod = running(name);
    pod.manifest()
        .withObject("/metadata")
        .put("deletionTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    folder.put(pod.manifest());
  }

  /** What an eviction leaves: the object, whose status says so, and nobody who answers. */
  public synchronized void evict(String name) {
    RunningPod pod = running(name);
    pod.report(false);
    pod.manifest().withObject("/status").put("phase", "Failed").put("reason", "Evicted");
    folder.put(pod.manifest());
    pod.stopServers();
  }

  /** Ends a Pod: no object, no server, no namespace. */
  public synchronized void remove(String name) {
    RunningPod pod = running(name);
    folder.delete("Pod", pod.manifest().path("metadata"));
    pod.stopServers();
    lab.removePod(pod.place());
    pods.remove(key(pod.manifest()));
  }

  /** Where a Pod runs; {@code name} is a name of namespace default, or namespace/name. */
  public synchronized LabPod pod(String name) {
    return running(name).place();
  }

  /** A Pod's manifest as it is now. */
  synchronized JsonNode manifest(String name) {
    return running(name).manifest();
  }

  private RunningPod running(String name) {
    RunningPod pod = pods.get(name.contains("/") ? name : "default/" + name);
    if (pod == null) {
      throw new LabException("no pod " + name + " is running; there are " + pods.keySet());
    }
    return pod;
  }

  static boolean isPod(JsonNode object) {
    return object.path("kind").asText().equals("Pod");
  }

  private static String key(JsonNode manifest) {
    JsonNode metadata = manifest.path("metadata");
    return metadata.path("namespace").asText("default") + "/" + metadata.path("name").asText();
  }
}
