// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.DataType;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Layout;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds elements as the kernel does. */
final class Contents {

  private final TableState table;
  private final Map<Bytes, Bytes> affinity;

  /**
   * Contents of a table.
   *
   * @param affinity key and data of {@link Layout#AFFINITY}, which packets fill
   */
  Contents(TableState table, Map<Bytes, Bytes> affinity) {
    this.table = table;
    this.affinity = Map.copyOf(affinity);
  }

  SetDeclaration declaration(String set) throws LostException {
    return state(set).declaration();
  }

  private TableState.SetState state(String set) throws LostException {
    TableState.SetState state = table.sets().get(set);
    if (state == null) {
      throw new LostException("there is no set " + set);
    }
    return state;
  }

  /** The element that matches; null if none does. */
  @Nullable Element find(String set, Bytes key) throws LostException {
    SetDeclaration declaration = declaration(set);
    if (declaration.key().isEmpty()) {
      throw new LostException("set " + set + " is not ours");
    }
    if (declaration.has(SetDeclaration.Flag.DYNAMIC)) {
      return remembered(set, key);
    }
    Map<ElementKey, Element> elements = state(set).elements();
    Element exact = elements.get(ElementKey.single(key));
    if (exact != null || !declaration.has(SetDeclaration.Flag.INTERVAL)) {
      return exact;
    }
    for (Element element : elements.values()) {
      if (contains(declaration, element.key(), key)) {
        return element;
      }
    }
    return null;
  }

  private @Nullable Element remembered(String set, Bytes key) throws LostException {
    if (!set.equals(Layout.AFFINITY)) {
      throw new LostException("what is in set " + set + " depends on earlier packets");
    }
    Bytes data = affinity.get(key);
    return data == null ? null : Element.of(ElementKey.single(key), new ElementValue.Data(data));
  }

  /** In a concatenation each field has a range of its own. */
  private static boolean contains(SetDeclaration set, ElementKey range, Bytes key) {
    int offset = 0;
    for (DataType type : set.key()) {
      byte[] field = key.slice(offset, type.bytes());
      boolean inside =
          Arrays.compareUnsigned(range.first().slice(offset, type.bytes()), field) <= 0
              && Arrays.compareUnsigned(field, range.end().slice(offset, type.bytes())) <= 0;
      if (!inside) {
        return false;
      }
      offset += type.paddedBytes();
    }
    return true;
  }
}
