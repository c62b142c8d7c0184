// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SetDeclaration.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of one set from GETSETELEM replies. A set of ours has few different chains and
 * comments among many elements, so equal ones become one object.
 */
final class ElementReader {

  private final SetDeclaration declaration;
  private final Map<String, ElementValue> gotos = new HashMap<>();
  private final Map<String, String> comments = new HashMap<>();

  private @Nullable Bytes key;
  private @Nullable Bytes keyEnd;
  private ElementValue value = ElementValue.member();
  private String comment = "";
  private int flags;
  private long timeoutMillis;
  private long remainingMillis;
  private long packets;

  ElementReader(SetDeclaration declaration) {
    this.declaration = declaration;
  }

  /** Reads one element; false if it has no key (the catch-all element, none of ours). */
  boolean read(AttributeReader in) {
    key = null;
    keyEnd = null;
    value = ElementValue.member();
    comment = "";
    flags = 0;
    timeoutMillis = declaration.timeoutSeconds() * 1000L;
    remainingMillis = timeoutMillis;
    packets = 0;
    while (in.next()) {
      switch (in.type()) {
        case NfTables.NFTA_SET_ELEM_KEY -> key = data(in.nested());
        case NfTables.NFTA_SET_ELEM_KEY_END -> keyEnd = data(in.nested());
        case NfTables.NFTA_SET_ELEM_DATA -> value = value(in.nested());
        case NfTables.NFTA_SET_ELEM_FLAGS -> flags = in.u32();
        case NfTables.NFTA_SET_ELEM_TIMEOUT -> timeoutMillis = in.u64();
        case NfTables.NFTA_SET_ELEM_EXPIRATION -> remainingMillis = in.u64();
        case NfTables.NFTA_SET_ELEM_EXPR -> packets = ElementCounter.packets(in.nested());
        case NfTables.NFTA_SET_ELEM_USERDATA -> comment = comment(in.array());
        default -> {}
      }
    }
    return key != null;
  }

  /** Whether this is not an element but the end of the range before it. */
  boolean isIntervalEnd() {
    return (flags & NfTables.NFT_SET_ELEM_INTERVAL_END) != 0;
  }

  Bytes key() {
    if (key == null) {
      throw new IllegalStateException("no element was read");
    }
    return key;
  }

  /** The element with its key, or with its two keys. */
  Element element() {
    return new Element(new ElementKey(key(), keyEnd), value, comment);
  }

  CountedElement counted() {
    return new CountedElement(element(), packets);
  }

  RememberedClient remembered() {
    Bytes data = value instanceof ElementValue.Data mapped ? mapped.bytes() : Bytes.of(new byte[0]);
    return new RememberedClient(key(), data, timeoutMillis, remainingMillis);
  }

  private static @Nullable Bytes data(AttributeReader in) {
    while (in.next()) {
      if (in.type() == NfTables.NFTA_DATA_VALUE) {
        return in.bytes();
      }
    }
    return null;
  }

  private ElementValue value(AttributeReader in) {
    ElementValue found = ElementValue.member();
    while (in.next()) {
      if (in.type() == NfTables.NFTA_DATA_VALUE) {
        found = new ElementValue.Data(in.bytes());
      } else if (in.type() == NfTables.NFTA_DATA_VERDICT
          && declaration.kind() == Kind.VERDICT_MAP) {
        found = verdict(ExpressionReader.readVerdict(in.nested()));
      }
    }
    return found;
  }

  /** A verdict that we never give reads as a member, which no element of a map can be. */
  private ElementValue verdict(Expression.Immediate verdict) {
    if (verdict.code() == NfTables.NFT_GOTO && verdict.chain() != null) {
      return gotos.computeIfAbsent(verdict.chain(), ElementValue.GotoChain::new);
    }
    return verdict.code() == NfTables.NF_DROP ? ElementValue.drop() : ElementValue.member();
  }

  private String comment(byte[] userdata) {
    for (int at = 0; at + 2 <= userdata.length; at += 2 + (userdata[at + 1] & 0xff)) {
      int length = Math.min(userdata[at + 1] & 0xff, userdata.length - at - 2);
      if (userdata[at] == ElementWriter.USERDATA_COMMENT && length > 0) {
        String text = new String(userdata, at + 2, length - 1, StandardCharsets.UTF_8);
        return comments.computeIfAbsent(text, same -> same);
      }
    }
    return "";
  }
}
