// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.DataType;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.SetDeclaration.Flag;
import dev.ferrule.rules.nftables.SetDeclaration.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A set's declaration as attributes of NEWSET, and back. */
final class SetCodec {

  /** nft packs the types of a concatenation into one number, 6 bits each, the first one highest. */
  private static final int TYPE_BITS = 6;

  private SetCodec() {}

  /**
   * @param id any number that no other set of the batch has; the kernel wants one
   */
  static void write(NetlinkWriter out, IpFamily family, SetDeclaration declaration, int id) {
    out.u32(NfTables.NFTA_SET_FLAGS, flags(declaration));
    out.u32(NfTables.NFTA_SET_KEY_TYPE, typeNumber(declaration.key()));
    out.u32(NfTables.NFTA_SET_KEY_LEN, declaration.keyBytes());
    if (declaration.kind() == Kind.VERDICT_MAP) {
      out.u32(NfTables.NFTA_SET_DATA_TYPE, NfTables.DATA_VERDICT);
      out.u32(NfTables.NFTA_SET_DATA_LEN, 0);
    } else if (declaration.kind() == Kind.MAP) {
      out.u32(NfTables.NFTA_SET_DATA_TYPE, typeNumber(declaration.data()));
      out.u32(NfTables.NFTA_SET_DATA_LEN, declaration.dataBytes());
    }
    out.u32(NfTables.NFTA_SET_ID, id);
    boolean ranges = isRangeOfConcatenation(declaration);
    if (declaration.size() > 0 || ranges) {
      int description = out.open(NfTables.NFTA_SET_DESC);
      if (declaration.size() > 0) {
        out.u32(NfTables.NFTA_SET_DESC_SIZE, declaration.size());
      }
      if (ranges) {
        fieldLengths(out, declaration.key());
      }
      out.close(description);
    }
    if (declaration.timeoutSeconds() > 0) {
      out.u64(NfTables.NFTA_SET_TIMEOUT, declaration.timeoutSeconds() * 1000L);
    }
    out.bytes(NfTables.NFTA_SET_USERDATA, SetUserdata.of(family, declaration));
    if (declaration.has(Flag.COUNTED)) {
      ElementCounter.write(out, NfTables.NFTA_SET_EXPR);
    }
  }

  /** The set needs pipapo instead of a tree, and gives both ends of a range in one element. */
  static boolean isRangeOfConcatenation(SetDeclaration declaration) {
    return declaration.has(Flag.INTERVAL) && declaration.key().size() > 1;
  }

  private static void fieldLengths(NetlinkWriter out, List<DataType> key) {
    int concatenation = out.open(NfTables.NFTA_SET_DESC_CONCAT);
    for (DataType type : key) {
      int item = out.open(NfTables.NFTA_LIST_ELEM);
      out.u32(NfTables.NFTA_SET_FIELD_LEN, type.bytes());
      out.close(item);
    }
    out.close(concatenation);
  }

  private static int flags(SetDeclaration declaration) {
    int flags = declaration.kind() == Kind.SET ? 0 : NfTables.NFT_SET_MAP;
    flags |= declaration.has(Flag.INTERVAL) ? NfTables.NFT_SET_INTERVAL : 0;
    flags |= declaration.has(Flag.TIMEOUT) ? NfTables.NFT_SET_TIMEOUT : 0;
    flags |= declaration.has(Flag.DYNAMIC) ? NfTables.NFT_SET_EVAL : 0;
    flags |= isRangeOfConcatenation(declaration) ? NfTables.NFT_SET_CONCAT : 0;
    return flags;
  }

  private static int typeNumber(List<DataType> types) {
    int number = 0;
    for (DataType type : types) {
      number = number << TYPE_BITS | type.nftId();
    }
    return number;
  }

  /** The types in nft's number; empty if one of them is none of ours. */
  private static List<DataType> types(int number) {
    List<DataType> types = new ArrayList<>();
    for (int rest = number; rest != 0; rest >>>= TYPE_BITS) {
      DataType found = null;
      for (DataType type : DataType.values()) {
        if (type.nftId() == (rest & ((1 << TYPE_BITS) - 1))) {
          found = type;
        }
      }
      if (found == null) {
        return List.of();
      }
      types.add(0, found);
    }
    return types;
  }

  /** Where a declaration was found, and whether it belongs to a rule instead of having a name. */
  record Found(String table, boolean anonymous, SetDeclaration declaration) {}

  static Found read(AttributeReader in) {
    String table = "";
    String name = "";
    int flags = 0;
    int keyType = 0;
    int dataType = 0;
    int size = 0;
    long timeoutMillis = 0;
    boolean counted = false;
    while (in.next()) {
      switch (in.type()) {
        case NfTables.NFTA_SET_TABLE -> table = in.text();
        case NfTables.NFTA_SET_NAME -> name = in.text();
        case NfTables.NFTA_SET_FLAGS -> flags = in.u32();
        case NfTables.NFTA_SET_KEY_TYPE -> keyType = in.u32();
        case NfTables.NFTA_SET_DATA_TYPE -> dataType = in.u32();
        case NfTables.NFTA_SET_TIMEOUT -> timeoutMillis = in.u64();
        case NfTables.NFTA_SET_DESC -> size = size(in.nested());
        case NfTables.NFTA_SET_EXPR -> counted = ElementCounter.isCounter(in.nested());
        default -> {}
      }
    }
    boolean map = (flags & NfTables.NFT_SET_MAP) != 0;
    Set<Flag> found = flags(flags);
    if (counted) {
      found.add(Flag.COUNTED);
    }
    boolean verdicts = map && dataType == NfTables.DATA_VERDICT;
    SetDeclaration declaration =
        new SetDeclaration(
            name,
            verdicts ? Kind.VERDICT_MAP : map ? Kind.MAP : Kind.SET,
            types(keyType),
            map && !verdicts ? types(dataType) : List.of(),
            found,
            size,
            (int) ((timeoutMillis + 500) / 1000));
    return new Found(table, (flags & NfTables.NFT_SET_ANONYMOUS) != 0, declaration);
  }

  private static int size(AttributeReader in) {
    int size = 0;
    while (in.next()) {
      if (in.type() == NfTables.NFTA_SET_DESC_SIZE) {
        size = in.u32();
      }
    }
    return size;
  }

  private static Set<Flag> flags(int bits) {
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    if ((bits & NfTables.NFT_SET_INTERVAL) != 0) {
      flags.add(Flag.INTERVAL);
    }
    if ((bits & NfTables.NFT_SET_EVAL) != 0) {
      flags.add(Flag.DYNAMIC);
    }
    if ((bits & NfTables.NFT_SET_TIMEOUT) != 0) {
      flags.add(Flag.TIMEOUT);
    }
    return flags;
  }
}
