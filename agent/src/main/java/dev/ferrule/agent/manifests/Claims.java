// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who asks for what: addresses or ports that manifests name, and the Services that name them. */
final class Claims<K> {

  private final Map<K, List<ObjectName>> holders = new HashMap<>();

  void add(K key, ObjectName name) {
    List<ObjectName> others = holders.get(key);
    if (others == null) {
      holders.put(key, List.of(name));
    } else if (!others.contains(name)) {
      List<ObjectName> all = new ArrayList<>(others);
      all.add(name);
      holders.put(key, List.copyOf(all));
    }
  }

  void remove(K key, ObjectName name) {
    holders.computeIfPresent(
        key,
        (k, all) -> {
          List<ObjectName> rest = all.stream().filter(other -> !other.equals(name)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  List<ObjectName> of(K key) {
    return holders.getOrDefault(key, List.of());
  }

  boolean has(K key) {
    return holders.containsKey(key);
  }
}
