// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one object of any kind. */
public final class ObjectReader {

  /**
   * What became of an object.
   *
   * @param key null if the object does not say what it is, or is of no use here
   * @param manifest null if it was refused or is of no use here
   */
  public record Result(
      @Nullable ObjectKey key, @Nullable Manifest manifest, List<Problem> problems) {}

  /** Kinds that share a folder with Services and say nothing to a service proxy. */
  private static final Set<String> OTHER_KINDS =
      Set.of(
          "APIService",
          "Binding",
          "CertificateSigningRequest",
          "ClusterRole",
          "ClusterRoleBinding",
          "ConfigMap",
          "ControllerRevision",
          "CronJob",
          "CSIDriver",
          "CustomResourceDefinition",
          "DaemonSet",
          "Deployment",
          "Event",
          "HorizontalPodAutoscaler",
          "IPAddress",
          "Ingress",
          "IngressClass",
          "Job",
          "Kustomization",
          "Lease",
          "LimitRange",
          "MutatingWebhookConfiguration",
          "Namespace",
          "NetworkPolicy",
          "PersistentVolume",
          "PersistentVolumeClaim",
          "PodDisruptionBudget",
          "PodTemplate",
          "PriorityClass",
          "ReplicaSet",
          "ReplicationController",
          "ResourceQuota",
          "Role",
          "RoleBinding",
          "RuntimeClass",
          "Secret",
          "ServiceAccount",
          "StatefulSet",
          "StorageClass",
          "ValidatingWebhookConfiguration",
          "VolumeAttachment");

  private final ServiceReader services;
  private final PodReader pods = new PodReader();

  public ObjectReader(ReadingSettings settings) {
    services = new ServiceReader(settings);
  }

  public Result read(String file, JsonNode node, int line) {
    String label = "line " + line;
    ObjectKey key = null;
    List<Problem> problems = new ArrayList<>();
    try {
      if (!node.isObject()) {
        throw new BadFieldException("", "expected an object with apiVersion and kind");
      }
      Fields object = Fields.of(node);
      String kindText = object.text("kind", "");
      String apiVersion = object.text("apiVersion", "");
      if (kindText.isEmpty()) {
        throw object.bad("kind", "is missing");
      }
      label = kindText + " in line " + line;
      if (apiVersion.isEmpty()) {
        throw object.bad("apiVersion", "is missing");
      }
      Kind kind = Kind.named(kindText);
      if (kind == null || !kind.apiVersion().equals(apiVersion)) {
        return new Result(null, null, unknown(file, kindText, apiVersion, kind));
      }
      ObjectName name = Metadata.nameOf(kind, object);
      key = new ObjectKey(kind, name);
      label = key.toString();
      Notices notices = new Notices(file, label, problems);
      Manifest manifest = read(kind, Metadata.of(name, object), object, notices);
      return new Result(key, manifest, problems);
    } catch (BadFieldException e) {
      problems.add(Problem.skipped(file, label, e.field(), e.reason()));
      return new Result(key, null, problems);
    }
  }

  /** What object it is, even if the rest of it is of no use; null if it does not say. */
  public @Nullable ObjectKey keyOf(JsonNode node) {
    try {
      Fields object = Fields.of(node);
      Kind kind = Kind.named(object.text("kind", ""));
      return kind == null ? null : new ObjectKey(kind, Metadata.nameOf(kind, object));
    } catch (BadFieldException e) {
      return null;
    }
  }

  private Manifest read(Kind kind, Metadata metadata, Fields object, Notices notices) {
    return switch (kind) {
      case SERVICE -> services.read(metadata, object, notices);
      case ENDPOINTS -> EndpointsReader.read(metadata, object, notices);
      case POD -> pods.read(metadata, object, notices);
      case NODE -> NodeReader.read(metadata, object);
      case ENDPOINT_SLICE -> SliceReader.read(metadata, object, notices);
      case SERVICE_CIDR ->
          new ServiceCidrManifest(
              metadata.name(), metadata.created(), object.object("spec").ranges("cidrs"));
    };
  }

  private static List<Problem> unknown(
      String file, String kindText, String apiVersion, @Nullable Kind kind) {
    if (kind == null && OTHER_KINDS.contains(kindText)) {
      return List.of();
    }
    String known = kind == null ? "" : "; it is read as " + kind.apiVersion() + " only";
    String message = "objects of kind " + kindText + " (" + apiVersion + ") are ignored" + known;
    return List.of(Problem.ignored(file, "", "", message));
  }
}
