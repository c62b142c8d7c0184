// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import org.jspecify.annotations.Nullable;

/** One difference between the kernel's table and ours. */
public sealed interface Change {

  IpFamily family();

  /**
   * The whole table is written in one batch, because it is not there or cannot be changed in place.
   * The other changes of the family say what that makes different.
   *
   * @param reason what makes it necessary; null if there is no table yet
   * @param desired all that the table is to hold
   */
  record TableWritten(IpFamily family, @Nullable String reason, TableState desired)
      implements Change {}

  record SetAdded(IpFamily family, SetDeclaration declaration) implements Change {}

  record SetRemoved(IpFamily family, SetDeclaration declaration) implements Change {}

  record ChainAdded(IpFamily family, Chain chain) implements Change {}

  record ChainRemoved(IpFamily family, Chain chain) implements Change {}

  /** Its rules are others; its hook is the same. */
  record ChainChanged(IpFamily family, Chain before, Chain after) implements Change {}

  /**
   * An element that came, went or leads elsewhere.
   *
   * @param before null if it is new
   * @param after null if it goes
   */
  record ElementChanged(
      IpFamily family,
      SetDeclaration declaration,
      @Nullable Element before,
      @Nullable Element after)
      implements Change {

    public ElementChanged {
      if (before == null && after == null) {
        throw new IllegalArgumentException("a change of nothing");
      }
    }

    /** The element as it is afterwards, or as it was if it goes. */
    public Element element() {
      Element element = after != null ? after : before;
      if (element == null) {
        throw new IllegalStateException("a change of nothing");
      }
      return element;
    }
  }

  /**
   * A chain of iptables that came, went or has other rules.
   *
   * @param before null if it is new
   * @param after null if it goes
   */
  record XtChainChanged(
      IpFamily family, XtTable table, @Nullable XtChain before, @Nullable XtChain after)
      implements Change {

    public XtChainChanged {
      if (before == null && after == null) {
        throw new IllegalArgumentException("a change of nothing");
      }
    }

    /** The chain's name. */
    public String name() {
      XtChain chain = after != null ? after : before;
      if (chain == null) {
        throw new IllegalStateException("a change of nothing");
      }
      return chain.name();
    }
  }

  /**
   * A rule of a built-in chain of iptables that leads to ours, and comes or goes.
   *
   * @param builtin for example {@code PREROUTING}
   * @param before null if it is new
   * @param after null if it goes
   */
  record XtJumpChanged(
      IpFamily family,
      XtTable table,
      String builtin,
      @Nullable XtRule before,
      @Nullable XtRule after)
      implements Change {

    public XtJumpChanged {
      if ((before == null) == (after == null)) {
        throw new IllegalArgumentException("a jump comes or goes");
      }
    }
  }
}
