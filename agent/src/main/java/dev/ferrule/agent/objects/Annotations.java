// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Wishes beyond what Kubernetes knows, in annotations {@code ferrule.dev/...}. A wrong one is named
 * and the object is used as if it were not there.
 */
final class Annotations {

  private static final String PREFIX = "ferrule.dev/";

  /** On EndpointSlices, Endpoints and Pods: the weight of all endpoints there. */
  static final String WEIGHT = PREFIX + "weight";

  /** On Services: {@code 10.0.0.1=3,10.0.0.2=0}. */
  private static final String WEIGHTS = PREFIX + "weights";

  /** On Services: {@code random} or {@code source-hash}. */
  private static final String BALANCING = PREFIX + "balancing";

  private static final String HASH_SLOTS = PREFIX + "hash-slots";

  private static final String RANDOM = "random";
  private static final String SOURCE_HASH = "source-hash";

  private final Fields annotations;
  private final Notices notices;

  private Annotations(Fields annotations, Notices notices) {
    this.annotations = annotations;
    this.notices = notices;
  }

  /** The weight of the endpoints that the object stands for. */
  static int weight(Fields object, Notices notices) {
    Fields metadata = object.object("metadata");
    if (!metadata.has("annotations")) {
      return Endpoint.DEFAULT_WEIGHT;
    }
    Annotations annotations = new Annotations(metadata.object("annotations"), notices);
    return annotations.number(WEIGHT, 0, Endpoint.MAX_WEIGHT, Endpoint.DEFAULT_WEIGHT);
  }

  /**
   * How a Service spreads its connections.
   *
   * @param hashing whether the rules can hash; if not, a wish for it is noted and stays
   */
  static Balancing balancing(Fields object, Notices notices, boolean hashing) {
    Fields metadata = object.object("metadata");
    if (!metadata.has("annotations")) {
      return Balancing.EVEN;
    }
    Annotations annotations = new Annotations(metadata.object("annotations"), notices);
    int slots = annotations.hashSlots();
    if (slots > 0 && !hashing) {
      notices.ignored(
          annotations.annotations.at(BALANCING),
          SOURCE_HASH
              + " is not in mode iptables: balanced at random instead; mode nftables hashes");
    }
    Map<IpAddress, Integer> weights = annotations.weights();
    return slots == 0 && weights.isEmpty() ? Balancing.EVEN : new Balancing(slots, weights);
  }

  /** The annotations that {@link #balancing} reads the same from. */
  static Map<String, String> written(Balancing balancing) {
    Map<String, String> annotations = new TreeMap<>();
    if (balancing.hashSlots() > 0) {
      annotations.put(BALANCING, SOURCE_HASH);
      annotations.put(HASH_SLOTS, Integer.toString(balancing.hashSlots()));
    }
    if (!balancing.weights().isEmpty()) {
      annotations.put(
          WEIGHTS,
          balancing.weights().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .sorted()
              .collect(Collectors.joining(",")));
    }
    return annotations;
  }

  private int hashSlots() {
    String way = text(BALANCING, RANDOM).strip();
    if (way.equals(SOURCE_HASH)) {
      return number(
          HASH_SLOTS,
          Balancing.MIN_HASH_SLOTS,
          Balancing.MAX_HASH_SLOTS,
          Balancing.DEFAULT_HASH_SLOTS);
    }
    if (!way.equals(RANDOM)) {
      ignore(BALANCING, "\"" + way + "\" is not one of " + RANDOM + ", " + SOURCE_HASH);
    }
    return 0;
  }

  private Map<IpAddress, Integer> weights() {
    Map<IpAddress, Integer> weights = new HashMap<>();
    for (String entry : text(WEIGHTS, "").split(",", -1)) {
      if (entry.isBlank()) {
        continue;
      }
      String[] parts = entry.split("=", -1);
      if (parts.length != 2) {
        ignore(WEIGHTS, "\"" + entry.strip() + "\" is not like 10.0.0.1=3");
        continue;
      }
      int weight = parse(WEIGHTS, parts[1], 0, Endpoint.MAX_WEIGHT, -1);
      try {
        IpAddress address = IpAddress.parse(parts[0].strip());
        if (weight >= 0) {
          weights.put(address, weight);
        }
      } catch (IllegalArgumentException e) {
        ignore(WEIGHTS, String.valueOf(e.getMessage()));
      }
    }
    return weights;
  }

  private int number(String name, int min, int max, int otherwise) {
    String text = text(name, "");
    return text.isEmpty() ? otherwise : parse(name, text, min, max, otherwise);
  }

  private int parse(String name, String text, int min, int max, int otherwise) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number that is too large
    }
    ignore(name, "\"" + text.strip() + "\" is not a number from " + min + " to " + max);
    return otherwise;
  }

  private String text(String name, String otherwise) {
    try {
      return annotations.text(name, otherwise);
    } catch (BadFieldException e) {
      ignore(name, e.reason());
      return otherwise;
    }
  }

  private void ignore(String name, String message) {
    notices.ignored(annotations.at(name), message + "; this is left aside");
  }
}
