// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the Services that select a Pod. Each Service is filed under one label of its selector, the
 * one with the fewest Services so far, since a label like {@code managed-by: helm} may be part of
 * every selector.
 */
final class SelectorIndex {

  private final Map<Label, Map<ObjectName, Map<String, String>>> drawers = new HashMap<>();
  private final Map<ObjectName, Label> filed = new HashMap<>();

  void put(ObjectName service, Map<String, String> selector) {
    remove(service);
    selector.entrySet().stream()
        .map(entry -> new Label(service.namespace(), entry.getKey(), entry.getValue()))
        .min(Comparator.comparingInt(label -> drawers.getOrDefault(label, Map.of()).size()))
        .ifPresent(
            label -> {
              drawers.computeIfAbsent(label, key -> new HashMap<>(2)).put(service, selector);
              filed.put(service, label);
            });
  }

  void remove(ObjectName service) {
    Label label = filed.remove(service);
    if (label == null) {
      return;
    }
    drawers.computeIfPresent(
        label,
        (key, drawer) -> {
          drawer.remove(service);
          return drawer.isEmpty() ? null : drawer;
        });
  }

  /** The Services of a namespace that select Pods with these labels. */
  List<ObjectName> matching(String namespace, Map<String, String> labels) {
    List<ObjectName> services = new ArrayList<>();
    labels.forEach(
        (key, value) ->
            drawers
                .getOrDefault(new Label(namespace, key, value), Map.of())
                .forEach(
                    (service, selector) -> {
                      if (labels.entrySet().containsAll(selector.entrySet())) {
                        services.add(service);
                      }
                    }));
    return services;
  }
}
