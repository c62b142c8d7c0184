// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which objects a request is about: of a resource, in a namespace or in all, by labels and name.
 */
final class Selector {

  private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)");
  private static final Pattern EQUALITY = Pattern.compile("([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)");

  private final Resource resource;
  private final String namespace;
  private final List<Predicate<Stored>> terms = new ArrayList<>();

  /**
   * As the query of a request says.
   *
   * @param namespace empty for all
   * @throws StatusError BadRequest if a selector cannot be read
   */
  Selector(Resource resource, String namespace, String labels, String fields) {
    this.resource = resource.stored();
    this.namespace = namespace;
    for (String term : split(labels)) {
      Predicate<Map<String, String>> label = label(term);
      terms.add(object -> label.test(object.labels()));
    }
    for (String term : split(fields)) {
      terms.add(field(term));
    }
  }

  boolean matches(Stored object) {
    return object.resource() == resource
        && (namespace.isEmpty() || namespace.equals(object.namespace()))
        && terms.stream().allMatch(term -> term.test(object));
  }

  /** Whether it takes all there is in its namespace. */
  boolean all() {
    return terms.isEmpty();
  }

  /** At commas that are in no parentheses. */
  private static List<String> split(String selector) {
    List<String> terms = new ArrayList<>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i <= selector.length(); i++) {
      char c = i < selector.length() ? selector.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && (depth == 0 || i == selector.length())) {
        String term = selector.substring(start, i).strip();
        if (!term.isEmpty()) {
          terms.add(term);
        }
        start = i + 1;
      }
    }
    return terms;
  }

  /** As apimachinery's labels.Parse; != and notin also take what has no such label. */
  private static Predicate<Map<String, String>> label(String term) {
    Matcher set = SET.matcher(term);
    if (set.matches()) {
      String key = set.group(1);
      Set<String> values = Set.copyOf(List.of(set.group(3).strip().split("\\s*,\\s*", -1)));
      boolean in = set.group(2).equals("in");
      return labels -> labels.containsKey(key) ? values.contains(labels.get(key)) == in : !in;
    }
    Matcher equality = EQUALITY.matcher(term);
    if (equality.matches()) {
      String key = equality.group(1);
      String value = equality.group(3);
      boolean equal = !equality.group(2).equals("!=");
      return labels -> value.equals(labels.get(key)) == equal;
    }
    if (term.matches("!\\s*[\\w./-]+")) {
      String key = term.substring(1).strip();
      return labels -> !labels.containsKey(key);
    }
    if (term.matches("[\\w./-]+")) {
      return labels -> labels.containsKey(term);
    }
    throw StatusError.badRequest("unable to parse requirement: \"" + term + "\"");
  }

  private static Predicate<Stored> field(String term) {
    Matcher equality = EQUALITY.matcher(term);
    if (!equality.matches()) {
      throw StatusError.badRequest("invalid field selector: \"" + term + "\"");
    }
    String value = equality.group(3);
    boolean equal = !equality.group(2).equals("!=");
    return switch (equality.group(1)) {
      case "metadata.name" -> object -> object.name().equals(value) == equal;
      case "metadata.namespace" -> object -> object.namespace().equals(value) == equal;
      default ->
          object -> {
            String pointer = "/" + equality.group(1).replace('.', '/');
            return object.content().at(pointer).asText("").equals(value) == equal;
          };
    };
  }
}
