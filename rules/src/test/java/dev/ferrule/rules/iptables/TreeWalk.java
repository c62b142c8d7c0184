// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a key in a tree of chains.
 *
 * @param action of the leaf; null if nothing matched
 * @param passed how many rules were asked, whether they matched or not
 * @param chains through how many chains it went
 */
record TreeWalk(@Nullable XtAction action, int passed, int chains) {

  static TreeWalk of(Map<String, XtChain> chains, Dispatch dispatch, FrontendKey key) {
    XtChain at = Objects.requireNonNull(chains.get(rootOf(dispatch)));
    int passed = 0;
    int seen = 0;
    while (true) {
      seen++;
      XtChain next = null;
      for (XtRule rule : at.rules()) {
        passed++;
        if (rule.matches().stream().allMatch(match -> matches(match, dispatch, key))) {
          next = rule.action() instanceof XtAction.Goto to ? chains.get(to.chain()) : null;
          if (next == null) {
            return new TreeWalk(rule.action(), passed, seen);
          }
          break;
        }
      }
      if (next == null) {
        return new TreeWalk(null, passed, seen);
      }
      at = next;
    }
  }

  private static String rootOf(Dispatch dispatch) {
    return switch (dispatch) {
      case SERVICES -> ChainNames.SERVICES;
      case REFUSED -> ChainNames.REFUSED;
      case KEPT -> ChainNames.KEPT;
    };
  }

  private static boolean matches(XtMatch match, Dispatch dispatch, FrontendKey key) {
    if (match instanceof XtMatch.Destination to && dispatch != Dispatch.KEPT) {
      return in(to.range(), key);
    } else if (match instanceof XtMatch.OriginalDestination to && dispatch == Dispatch.KEPT) {
      return in(to.range(), key);
    } else if (match instanceof XtMatch.ProtocolIs is) {
      return is.protocol() == key.protocol();
    } else if (match instanceof XtMatch.Port port) {
      return port.protocol() == key.protocol()
          && port.first() <= key.port()
          && key.port() <= port.last();
    } else if (match instanceof XtMatch.OriginalPort port) {
      return port.first() <= key.port() && key.port() <= port.last();
    }
    throw new IllegalStateException("no match of a tree: " + match);
  }

  private static boolean in(Cidr range, FrontendKey key) {
    return range.contains(key.address());
  }
}
