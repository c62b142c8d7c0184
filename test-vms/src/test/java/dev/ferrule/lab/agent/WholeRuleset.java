// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * All rules of a node in the words of nft, in an order that does not depend on how they came to be
 * there: hash tables list their elements in any order, and what was made later stands later. Sizes
 * of sets are left out: one that was larger once stays so, because it could only be made anew.
 */
final class WholeRuleset {

  private WholeRuleset() {}

  static List<String> of(Cluster cluster) {
    Command.Result listed = cluster.host().exec("nft", "--stateless", "list", "ruleset");
    assertThat(listed.errors()).isEmpty();
    return listed.output().lines().flatMap(WholeRuleset::parts).sorted().toList();
  }

  /** Elements stand several in a line. */
  private static Stream<String> parts(String line) {
    return Arrays.stream(line.replace("elements = {", "").replace(" }", "").split(",\\s*", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty() && !part.startsWith("size "));
  }
}
