// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects reasons in whatever order they are found. */
final class Reasons {

  private final List<Reason> reasons = new ArrayList<>();

  void add(Reason.Topic topic, String text) {
    reasons.add(new Reason(topic, text));
  }

  /** In the order of the topics. */
  List<Reason> inOrder() {
    return reasons.stream().sorted(Comparator.comparing(Reason::topic)).toList();
  }
}
