// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.PodManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the Pods with given labels. Pods of one namespace that have the same labels, as those of a
 * ReplicaSet do, are filed together.
 */
final class PodIndex {

  private record Group(String namespace, Map<String, String> labels) {}

  private final Map<Group, Map<String, PodManifest>> groups = new HashMap<>();
  private final Map<Label, Set<Group>> byLabel = new HashMap<>();

  void add(PodManifest pod) {
    Group group = groupOf(pod);
    Map<String, PodManifest> members = groups.get(group);
    if (members == null) {
      members = new TreeMap<>();
      groups.put(group, members);
      for (Label label : labels(group)) {
        byLabel.computeIfAbsent(label, key -> new HashSet<>(2)).add(group);
      }
    }
    members.put(pod.name().name(), pod);
  }

  void remove(PodManifest pod) {
    Group group = groupOf(pod);
    Map<String, PodManifest> members = groups.get(group);
    if (members == null || members.remove(pod.name().name()) == null || !members.isEmpty()) {
      return;
    }
    groups.remove(group);
    for (Label label : labels(group)) {
      byLabel.computeIfPresent(
          label,
          (key, filed) -> {
            filed.remove(group);
            return filed.isEmpty() ? null : filed;
          });
    }
  }

  /** The Pods that have all labels of a selector, which is not empty, in order of names. */
  List<PodManifest> select(String namespace, Map<String, String> selector) {
    Set<Group> candidates =
        selector.entrySet().stream()
            .map(entry -> new Label(namespace, entry.getKey(), entry.getValue()))
            .map(label -> byLabel.getOrDefault(label, Set.of()))
            .min(Comparator.comparingInt(Set::size))
            .orElse(Set.of());
    List<PodManifest> pods = new ArrayList<>();
    for (Group group : candidates) {
      if (group.labels.entrySet().containsAll(selector.entrySet())) {
        pods.addAll(groups.getOrDefault(group, Map.of()).values());
      }
    }
    pods.sort(Comparator.comparing(PodManifest::name));
    return pods;
  }

  private static Group groupOf(PodManifest pod) {
    return new Group(pod.name().namespace(), pod.labels());
  }

  private static List<Label> labels(Group group) {
    return group.labels.entrySet().stream()
        .map(entry -> new Label(group.namespace, entry.getKey(), entry.getValue()))
        .toList();
  }
}
