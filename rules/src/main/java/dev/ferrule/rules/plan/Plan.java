// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All changes, in groups. */
public record Plan(List<Group> groups) {

  public Plan {
    groups = List.copyOf(groups);
  }

  /**
   * The changes that belong together.
   *
   * @param service the Service, as {@code namespace/name}; null for what belongs to none
   * @param sign whether the Service comes, goes or changes
   * @param reason why, in a few words
   */
  public record Group(@Nullable String service, Sign sign, String reason, List<Line> lines) {
    public Group {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One kernel object.
   *
   * @param family {@code ip} or {@code ip6}
   * @param object what it is part of: a set's name, or {@code chain}, {@code set}, {@code table}
   * @param before as nft writes it; null if it is new
   * @param after as nft writes it; null if it goes
   */
  public record Line(
      Sign sign,
      String family,
      String object,
      String name,
      @Nullable String before,
      @Nullable String after) {}

  public boolean isEmpty() {
    return groups.isEmpty();
  }

  /** How many Services have the sign. */
  public long services(Sign sign) {
    return groups.stream().filter(g -> g.service() != null && g.sign() == sign).count();
  }

  /** How many kernel objects have the sign. */
  public long objects(Sign sign) {
    return groups.stream()
        .flatMap(group -> group.lines().stream())
        .filter(line -> line.sign() == sign)
        .count();
  }
}
