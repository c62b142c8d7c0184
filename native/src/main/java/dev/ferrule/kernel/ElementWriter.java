// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SetDeclaration.Flag;
import dev.ferrule.rules.nftables.TableState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes elements of a set, as many to a message as the 16-bit length of their list allows (about
 * 1,500): one element to a message costs the kernel half as much again.
 *
 * <p>A range in a set with one field is two elements, its first key and the first key behind it
 * (NFT_SET_ELEM_INTERVAL_END), which is missing at the end of the address space. In a concatenation
 * it is one element with two keys.
 */
final class ElementWriter {

  /** nft reads comments of at most 128 bytes with the zero that ends them. */
  private static final int COMMENT_BYTES = 127;

  // libnftnl: enum nftnl_udata_set_elem_types, and nft's NFTNL_SET_ELEM_F_INTERVAL_OPEN
  static final int USERDATA_COMMENT = 0;
  private static final int USERDATA_FLAGS = 1;
  private static final int FLAG_INTERVAL_OPEN = 1;

  private final Batch batch;
  private final NetlinkWriter out;

  ElementWriter(Batch batch) {
    this.batch = batch;
    this.out = batch.out();
  }

  void add(IpFamily family, SetDeclaration declaration, List<Element> elements) {
    boolean tree = isTree(declaration);
    boolean counted = declaration.has(Flag.COUNTED);
    pack(
        NfTables.NFT_MSG_NEWSETELEM,
        NfTables.NLM_F_CREATE,
        family,
        declaration.name(),
        elements,
        element -> {
          if (tree) {
            treeRange(element.key(), element.value(), element.comment());
          } else {
            one(declaration, element.key(), element.value(), element.comment(), counted);
          }
        });
  }

  void delete(IpFamily family, SetDeclaration declaration, List<ElementKey> keys) {
    boolean tree = isTree(declaration);
    pack(
        NfTables.NFT_MSG_DELSETELEM,
        0,
        family,
        declaration.name(),
        keys,
        key -> {
          if (tree) {
            treeRange(key, ElementValue.member(), "");
          } else {
            one(declaration, key, ElementValue.member(), "", false);
          }
        });
  }

  /** Deletes elements of which some may be missing; since Linux 6.3. */
  void destroy(IpFamily family, SetDeclaration declaration, List<Bytes> keys) {
    int message = NfTables.NFT_MSG_DESTROYSETELEM;
    pack(message, 0, family, declaration.name(), keys, this::justKey);
  }

  /** Puts back what packets had put there, with the rest of its life. */
  void restore(IpFamily family, SetDeclaration declaration, List<RememberedClient> clients) {
    pack(
        NfTables.NFT_MSG_NEWSETELEM,
        NfTables.NLM_F_CREATE,
        family,
        declaration.name(),
        clients,
        client -> {
          int item = out.open(NfTables.NFTA_LIST_ELEM);
          data(NfTables.NFTA_SET_ELEM_KEY, client.key());
          data(NfTables.NFTA_SET_ELEM_DATA, client.data());
          long remaining = Math.max(1, Math.min(client.remainingMillis(), client.timeoutMillis()));
          out.u64(NfTables.NFTA_SET_ELEM_TIMEOUT, client.timeoutMillis());
          out.u64(NfTables.NFTA_SET_ELEM_EXPIRATION, remaining);
          out.close(item);
        });
  }

  /** Names elements that are asked for, as many as one message may. */
  static void keys(NetlinkWriter out, SetDeclaration declaration, List<ElementKey> keys) {
    out.text(NfTables.NFTA_SET_ELEM_LIST_TABLE, TableState.NAME);
    out.text(NfTables.NFTA_SET_ELEM_LIST_SET, declaration.name());
    int list = out.open(NfTables.NFTA_SET_ELEM_LIST_ELEMENTS);
    for (ElementKey key : keys) {
      int item = out.open(NfTables.NFTA_LIST_ELEM);
      int data = out.open(NfTables.NFTA_SET_ELEM_KEY);
      out.bytes(NfTables.NFTA_DATA_VALUE, key.first());
      out.close(data);
      out.close(item);
    }
    out.close(list);
  }

  private static boolean isTree(SetDeclaration declaration) {
    return declaration.has(Flag.INTERVAL) && declaration.key().size() == 1;
  }

  private <T> void pack(
      int type, int flags, IpFamily family, String set, List<T> items, Consumer<T> writeItem) {
    int message = -1;
    int list = -1;
    for (T item : items) {
      if (message < 0) {
        message = batch.begin(type, flags, family);
        list = openList(set);
      }
      int before = out.size();
      writeItem.accept(item);
      if (out.size() - list > NetlinkWriter.LONGEST_ATTRIBUTE) {
        out.truncate(before);
        out.close(list);
        batch.end(message);
        message = batch.begin(type, flags, family);
        list = openList(set);
        writeItem.accept(item);
      }
    }
    if (message >= 0) {
      out.close(list);
      batch.end(message);
    }
  }

  private int openList(String set) {
    out.text(NfTables.NFTA_SET_ELEM_LIST_TABLE, TableState.NAME);
    out.text(NfTables.NFTA_SET_ELEM_LIST_SET, set);
    return out.open(NfTables.NFTA_SET_ELEM_LIST_ELEMENTS);
  }

  private void one(
      SetDeclaration declaration,
      ElementKey key,
      ElementValue value,
      String comment,
      boolean counted) {
    int item = out.open(NfTables.NFTA_LIST_ELEM);
    data(NfTables.NFTA_SET_ELEM_KEY, key.first());
    if (SetCodec.isRangeOfConcatenation(declaration)) {
      data(NfTables.NFTA_SET_ELEM_KEY_END, key.end());
    }
    value(value);
    comment(comment);
    if (counted) {
      ElementCounter.write(out, NfTables.NFTA_SET_ELEM_EXPR);
    }
    out.close(item);
  }

  private void treeRange(ElementKey key, ElementValue value, String comment) {
    Bytes behind = AddressOrder.after(key.end());
    int item = out.open(NfTables.NFTA_LIST_ELEM);
    data(NfTables.NFTA_SET_ELEM_KEY, key.first());
    value(value);
    if (behind == null) {
      openRange(comment);
    } else {
      comment(comment);
    }
    out.close(item);
    if (behind != null) {
      int end = out.open(NfTables.NFTA_LIST_ELEM);
      out.u32(NfTables.NFTA_SET_ELEM_FLAGS, NfTables.NFT_SET_ELEM_INTERVAL_END);
      data(NfTables.NFTA_SET_ELEM_KEY, behind);
      out.close(end);
    }
  }

  private void justKey(Bytes key) {
    int item = out.open(NfTables.NFTA_LIST_ELEM);
    data(NfTables.NFTA_SET_ELEM_KEY, key);
    out.close(item);
  }

  private void data(int type, Bytes bytes) {
    int data = out.open(type);
    out.bytes(NfTables.NFTA_DATA_VALUE, bytes);
    out.close(data);
  }

  private void value(ElementValue value) {
    if (value instanceof ElementValue.Data mapped) {
      data(NfTables.NFTA_SET_ELEM_DATA, mapped.bytes());
    } else if (value instanceof ElementValue.GotoChain goTo) {
      verdict(NfTables.NFT_GOTO, goTo.chain());
    } else if (value instanceof ElementValue.DropPacket) {
      verdict(NfTables.NF_DROP, "");
    }
  }

  private void verdict(int code, String chain) {
    int data = out.open(NfTables.NFTA_SET_ELEM_DATA);
    ExpressionWriter.verdict(out, code, chain);
    out.close(data);
  }

  private void comment(String comment) {
    if (!comment.isEmpty()) {
      out.bytes(NfTables.NFTA_SET_ELEM_USERDATA, commentEntry(comment));
    }
  }

  /** nft marks a range without an end so that it can find it again. */
  private void openRange(String comment) {
    byte[] entry = comment.isEmpty() ? new byte[0] : commentEntry(comment);
    byte[] flags = SetUserdata.numberEntry(USERDATA_FLAGS, FLAG_INTERVAL_OPEN);
    byte[] userdata = new byte[entry.length + flags.length];
    System.arraycopy(entry, 0, userdata, 0, entry.length);
    System.arraycopy(flags, 0, userdata, entry.length, flags.length);
    out.bytes(NfTables.NFTA_SET_ELEM_USERDATA, userdata);
  }

  /** Type, length and the text with a zero byte. */
  private static byte[] commentEntry(String comment) {
    byte[] text = comment.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, COMMENT_BYTES);
    while (length < text.length && (text[length] & 0xc0) == 0x80) {
      length--; // not through the middle of a character
    }
    byte[] entry = new byte[length + 3];
    entry[0] = USERDATA_COMMENT;
    entry[1] = (byte) (length + 1);
    System.arraycopy(text, 0, entry, 2, length);
    return entry;
  }
}
