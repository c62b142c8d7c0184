// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static dev.ferrule.testapi.Resource.Trait.GENERATION;
import static dev.ferrule.testapi.Resource.Trait.NAMESPACED;
import static dev.ferrule.testapi.Resource.Trait.STATUS;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the server serves. All are version v1 of their group. */
public enum Resource {
  /** Deleting one deletes what is in it. */
  NAMESPACES("", "Namespace", "namespaces", Set.of(STATUS), "ns"),
  /** With addresses and node ports given out. */
  SERVICES("", "Service", "services", Set.of(NAMESPACED, STATUS), "svc"),
  /** Not made by any controller, as all here. */
  ENDPOINTS("", "Endpoints", "endpoints", Set.of(NAMESPACED), "ep"),
  /** Their status is kept when they are created, as kubelets need it. */
  NODES("", "Node", "nodes", Set.of(STATUS), "no"),
  /** They never run. */
  PODS("", "Pod", "pods", Set.of(NAMESPACED, STATUS), "po"),
  /** Plain data. */
  CONFIGMAPS("", "ConfigMap", "configmaps", Set.of(NAMESPACED), "cm"),
  /** Without tokens. */
  SERVICEACCOUNTS("", "ServiceAccount", "serviceaccounts", Set.of(NAMESPACED), "sa"),
  /** The same objects as those of events.k8s.io. */
  EVENTS("", "Event", "events", Set.of(NAMESPACED), "ev"),
  /** Stored as core events, and served with the field names of this group. */
  EVENTS_K8S_IO("events.k8s.io", "Event", "events", Set.of(NAMESPACED), "ev"),
  /** What a proxy lives on. */
  ENDPOINTSLICES(
      "discovery.k8s.io", "EndpointSlice", "endpointslices", Set.of(NAMESPACED, GENERATION), ""),
  /** One is there from the start; addresses are not given out by them. */
  SERVICECIDRS("networking.k8s.io", "ServiceCIDR", "servicecidrs", Set.of(STATUS), ""),
  /** Enough to expose one. */
  DEPLOYMENTS(
      "apps", "Deployment", "deployments", Set.of(NAMESPACED, STATUS, GENERATION), "deploy");

  enum Trait {
    NAMESPACED,
    STATUS,
    /** Counts changes in metadata.generation. Services and Nodes do not. */
    GENERATION
  }

  private final String group;
  private final String kind;
  private final String plural;
  private final boolean namespaced;
  private final boolean withStatus;
  private final boolean withGeneration;
  private final String shortName;
  private final String start;

  Resource(String group, String kind, String plural, Set<Trait> traits, String shortName) {
    this.group = group;
    this.kind = kind;
    this.plural = plural;
    this.namespaced = traits.contains(NAMESPACED);
    this.withStatus = traits.contains(STATUS);
    this.withGeneration = traits.contains(GENERATION);
    this.shortName = shortName;
    this.start = "{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + apiVersion() + "\",";
  }

  /** As in RBAC rules; empty for the core group. */
  public String group() {
    return group;
  }

  /** As in objects. */
  public String kind() {
    return kind;
  }

  /** As in paths and RBAC rules. */
  public String plural() {
    return plural;
  }

  /** As in objects: {@code v1} or {@code group/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? "v1" : group + "/v1";
  }

  /** Whether objects live in a namespace. */
  public boolean namespaced() {
    return namespaced;
  }

  /** Whether there is a status subresource. */
  boolean withStatus() {
    return withStatus;
  }

  boolean withGeneration() {
    return withGeneration;
  }

  List<String> shortNames() {
    return shortName.isEmpty() ? List.of() : List.of(shortName);
  }

  String singular() {
    return kind.toLowerCase(Locale.ROOT);
  }

  /** As messages name it: {@code deployments.apps}. */
  String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** How the text of an object begins. */
  byte[] start() {
    return start.getBytes(StandardCharsets.US_ASCII);
  }

  /** Under which its objects are kept. */
  Resource stored() {
    return this == EVENTS_K8S_IO ? EVENTS : this;
  }

  static List<Resource> all() {
    return Arrays.asList(values());
  }

  static Optional<Resource> find(String group, String plural) {
    return all().stream().filter(r -> r.group.equals(group) && r.plural.equals(plural)).findFirst();
  }

  /** By its plural alone, or as {@code plural.group}. */
  static Resource named(String name) {
    return all().stream()
        .filter(r -> r.plural.equals(name) || r.qualified().equals(name))
        .findFirst()
        .orElseThrow(() -> StatusError.badRequest("there is no resource \"" + name + "\" here"));
  }

  /** That of an object by its kind and apiVersion. */
  public static Resource of(JsonNode object) {
    String kind = object.path("kind").asText();
    String apiVersion = object.path("apiVersion").asText();
    return all().stream()
        .filter(r -> r.kind.equals(kind) && r.apiVersion().equals(apiVersion))
        .findFirst()
        .orElseThrow(
            () ->
                StatusError.badRequest(
                    "no matches for kind \"" + kind + "\" in version \"" + apiVersion + "\""));
  }
}
