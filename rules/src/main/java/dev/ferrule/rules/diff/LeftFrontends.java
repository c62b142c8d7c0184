// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.iptables.Dispatch;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.ElementAddress;
import dev.ferrule.rules.nftables.Layout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Frontends that leave the kernel. Read from the changes of its tables, so that those are found too
 * that an earlier run of ours put there.
 */
public final class LeftFrontends {

  private LeftFrontends() {}

  /**
   * The UDP frontends that leave a set, with the name of the Service port they belonged to. Some
   * may only have moved to another set.
   */
  public static Map<FrontendKey, String> of(Changes changes) {
    Map<FrontendKey, String> left = new HashMap<>();
    Map<FrontendKey, String> ruled = new HashMap<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.XtChainChanged chain) {
        read(chain.before(), left);
        read(chain.after(), ruled);
      }
      if (change instanceof Change.ElementChanged element && leaves(element)) {
        FrontendKey key =
            ElementAddress.frontend(element.family(), element.declaration(), element.element());
        if (key != null && key.protocol() == Protocol.UDP) {
          String comment = element.element().comment();
          left.put(key, comment.isEmpty() ? key.toString() : comment);
        }
      }
    }
    left.keySet().removeAll(ruled.keySet());
    return left;
  }

  /** What stands in the trees of chains that a packet passes before and after translation. */
  private static void read(@Nullable XtChain chain, Map<FrontendKey, String> into) {
    if (chain == null) {
      return;
    }
    for (XtRule rule : chain.rules()) {
      FrontendKey key = Dispatch.key(rule);
      if (key != null && key.protocol() == Protocol.UDP) {
        into.put(key, rule.comment());
      }
    }
  }

  private static boolean leaves(Change.ElementChanged element) {
    String set = element.declaration().name();
    return element.after() == null
        && (set.equals(Layout.SERVICES) || set.equals(Layout.NO_ENDPOINTS));
  }
}
