// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.util.List;

/** One step of a transaction on our table of a family, in the order the kernel must see them. */
public sealed interface Operation {

  IpFamily family();

  /** {@code add table}: does nothing if the table is there. */
  record AddTable(IpFamily family) implements Operation {}

  /** {@code delete table}, with all that is in it. */
  record DeleteTable(IpFamily family) implements Operation {}

  record AddSet(IpFamily family, SetDeclaration declaration) implements Operation {}

  record DeleteSet(IpFamily family, SetDeclaration declaration) implements Operation {}

  /** Adds the chain without its rules. */
  record AddChain(IpFamily family, Chain chain) implements Operation {}

  record DeleteChain(IpFamily family, String chain) implements Operation {}

  /** {@code flush chain}: the chain stays, its rules go. */
  record FlushChain(IpFamily family, String chain) implements Operation {}

  /** Appends a rule to a chain. */
  record AddRule(IpFamily family, String chain, Rule rule) implements Operation {}

  record AddElements(IpFamily family, SetDeclaration declaration, List<Element> elements)
      implements Operation {
    public AddElements {
      elements = List.copyOf(elements);
    }
  }

  record DeleteElements(IpFamily family, SetDeclaration declaration, List<ElementKey> keys)
      implements Operation {
    public DeleteElements {
      keys = List.copyOf(keys);
    }
  }
}
