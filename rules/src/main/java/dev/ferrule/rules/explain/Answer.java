// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Share;
import dev.ferrule.rules.trace.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes, and why.
 *
 * @param verdict what becomes of it; {@link Verdict#DNAT} if any endpoint may get it
 * @param frontend the Service port it is for; null if it is for none
 * @param endpoints those that may get it, sorted; empty unless {@link Verdict#DNAT}
 * @param shares how likely each verdict is, in sum 1: more than one only if an endpoint's own
 *     address is one that is refused
 * @param reasons in the order of the kernel's decisions
 */
public record Answer(
    Connection connection,
    Verdict verdict,
    @Nullable Frontend frontend,
    List<Way> endpoints,
    Map<Verdict, Share> shares,
    List<Reason> reasons) {

  public Answer {
    endpoints = List.copyOf(endpoints);
    shares = Map.copyOf(shares);
    reasons = List.copyOf(reasons);
  }
}
