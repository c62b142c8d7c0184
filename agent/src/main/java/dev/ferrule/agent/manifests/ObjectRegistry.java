// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.ObjectKey;
import dev.ferrule.agent.objects.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which files hold which objects. Where several hold the same object, the one with the older
 * creationTimestamp is in force, then the one whose file name comes first.
 */
final class ObjectRegistry {

  /** An object that is in force in another state than before; null for none. */
  record Change(ObjectKey key, @Nullable Manifest before, @Nullable Manifest after) {

    /** This change and a later one of the same object in one. */
    Change then(Change later) {
      return new Change(key, before, later.after);
    }
  }

  private record Claim(String file, Manifest manifest) {}

  private static final Comparator<Claim> BEST_FIRST =
      Comparator.comparingLong((Claim claim) -> claim.manifest.created())
          .thenComparing(Claim::file);

  private final Map<String, List<Manifest>> files = new TreeMap<>();
  private final Map<ObjectKey, List<Claim>> claims = new HashMap<>();
  private final Set<ObjectKey> contested = new HashSet<>();

  /** The names of all files that hold objects. */
  Set<String> files() {
    return new TreeSet<>(files.keySet());
  }

  /** The objects that a file holds by now. */
  List<Manifest> objects(String file) {
    return files.getOrDefault(file, List.of());
  }

  /** Puts new objects in the place of all that the file held. */
  List<Change> replace(String file, List<Manifest> objects) {
    Map<ObjectKey, @Nullable Manifest> before = new HashMap<>();
    Map<Manifest, Manifest> known = new HashMap<>();
    for (Manifest old : objects(file)) {
      ObjectKey key = old.key();
      known.put(old, old);
      if (before.putIfAbsent(key, inForce(key)) == null) {
        withdraw(file, key);
      }
    }
    // The indexes hold the objects they know; a second copy of the same would only cost memory.
    List<Manifest> next =
        objects.stream().map(manifest -> known.getOrDefault(manifest, manifest)).toList();
    for (Manifest manifest : next) {
      ObjectKey key = manifest.key();
      if (!before.containsKey(key)) {
        before.put(key, inForce(key));
      }
      claim(key, new Claim(file, manifest));
    }
    if (objects.isEmpty()) {
      files.remove(file);
    } else {
      files.put(file, next);
    }
    List<Change> changes = new ArrayList<>();
    before.forEach(
        (key, old) -> {
          Manifest now = inForce(key);
          if (now == null ? old != null : !now.equals(old)) {
            changes.add(new Change(key, old, now));
          }
        });
    return changes;
  }

  @Nullable Manifest inForce(ObjectKey key) {
    List<Claim> all = claims.get(key);
    return all == null ? null : all.get(0).manifest;
  }

  /** The file whose object is in force. */
  String fileOf(ObjectKey key) {
    List<Claim> all = claims.get(key);
    return all == null ? "" : all.get(0).file;
  }

  /** Objects that are not in force because another file, or the same one, has them as well. */
  List<Problem> duplicates() {
    List<Problem> problems = new ArrayList<>();
    for (ObjectKey key : contested) {
      List<Claim> all = claims.getOrDefault(key, List.of());
      for (Claim loser : all.subList(1, all.size())) {
        String where =
            loser.file.equals(all.get(0).file) ? "earlier in this file" : all.get(0).file;
        problems.add(
            Problem.skipped(
                loser.file,
                key.toString(),
                "",
                "is not used, for it is also in "
                    + where
                    + (loser.manifest.created() > all.get(0).manifest.created()
                        ? " and older there"
                        : "")
                    + "; remove one of them"));
      }
    }
    return problems;
  }

  private void claim(ObjectKey key, Claim claim) {
    List<Claim> others = claims.get(key);
    if (others == null) {
      claims.put(key, List.of(claim));
      return;
    }
    List<Claim> all = new ArrayList<>(others);
    all.add(claim);
    all.sort(BEST_FIRST);
    claims.put(key, List.copyOf(all));
    contested.add(key);
  }

  private void withdraw(String file, ObjectKey key) {
    List<Claim> rest =
        claims.getOrDefault(key, List.of()).stream()
            .filter(claim -> !claim.file.equals(file))
            .toList();
    if (rest.isEmpty()) {
      claims.remove(key);
    } else {
      claims.put(key, rest);
    }
    if (rest.size() < 2) {
      contested.remove(key);
    }
  }
}
