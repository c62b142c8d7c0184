// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.List;

/** What iptables-save shows of other programs. */
final class HostRules {

  /** Chains by which the kubelet shows which iptables the host uses (KEP-3178). */
  private static final List<String> KUBELET = List.of("KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY");

  private static final String OURS = "FERRULE-";

  private int rules;
  private boolean ofKubelet;

  void accept(String line) {
    if (line.startsWith(":")) {
      String chain = line.substring(1).split(" ", 2)[0];
      ofKubelet |= KUBELET.contains(chain);
      boolean empty = line.startsWith(" ACCEPT", 1 + chain.length());
      rules += empty || chain.startsWith(OURS) ? 0 : 1;
    } else if (line.startsWith("-A ") && !line.contains(" " + OURS)) {
      rules++;
    }
  }

  /** Rules and chains of others, and policies that are not ACCEPT. */
  int count() {
    return rules;
  }

  boolean isOfKubelet() {
    return ofKubelet;
  }
}
