// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Prints each netlink message to standard error, one line a message and its first bytes, if the
 * system property {@code ferrule.netlink.debug} is {@code true}. The names are those of {@code
 * linux/netlink.h} and {@code linux/netfilter/nf_tables.h}.
 */
final class NetlinkDebug {

  static final boolean ON = Boolean.getBoolean("ferrule.netlink.debug");

  private static final int SHOWN_BYTES = 256;
  private static final String[] NFT = {
    "NEWTABLE", "GETTABLE", "DELTABLE", "NEWCHAIN", "GETCHAIN", "DELCHAIN", "NEWRULE", "GETRULE",
    "DELRULE", "NEWSET", "GETSET", "DELSET", "NEWSETELEM", "GETSETELEM", "DELSETELEM", "NEWGEN",
    "GETGEN"
  };

  private NetlinkDebug() {}

  /** Prints the messages in the first {@code length} bytes. */
  static void print(String direction, ByteBuffer buffer, int length) {
    MessageReader messages = new MessageReader(buffer, length);
    int offset = 0;
    while (messages.next()) {
      System.err.println(
          direction + " " + describe(messages) + "\n" + dump(buffer, offset, messages));
      offset += (messages.length() + 3) & ~3;
    }
  }

  private static String describe(MessageReader message) {
    String text =
        typeName(message.type())
            + " seq "
            + message.sequence()
            + " flags 0x"
            + Integer.toHexString(message.flags())
            + " "
            + message.length()
            + " bytes";
    if (message.type() == MessageReader.NLMSG_ERROR) {
      int error = message.error();
      text += error == 0 ? " (acknowledged)" : " " + Errno.name(error) + " " + message.errorText();
    }
    return text;
  }

  private static String typeName(int type) {
    return switch (type) {
      case MessageReader.NLMSG_ERROR -> "NLMSG_ERROR";
      case MessageReader.NLMSG_DONE -> "NLMSG_DONE";
      case NfTables.NFNL_MSG_BATCH_BEGIN -> "BATCH_BEGIN";
      case NfTables.NFNL_MSG_BATCH_END -> "BATCH_END";
      default -> {
        int message = type & 0xff;
        boolean nft = type >> 8 == NfTables.NFNL_SUBSYS_NFTABLES;
        yield nft && message < NFT.length ? NFT[message] : "type 0x" + Integer.toHexString(type);
      }
    };
  }

  private static String dump(ByteBuffer buffer, int offset, MessageReader message) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(message.length(), SHOWN_BYTES);
    for (int at = 16; at < end; at += 16) {
      byte[] row = new byte[Math.min(16, end - at)];
      buffer.get(offset + at, row);
      text.append(String.format("  %05x  ", at));
      text.append(HexFormat.ofDelimiter(" ").formatHex(row)).append("  ");
      for (byte b : row) {
        text.append(b >= 32 && b < 127 ? (char) b : '.');
      }
      text.append('\n');
    }
    if (end < message.length()) {
      text.append("  and ").append(message.length() - end).append(" bytes more\n");
    }
    return text.toString();
  }
}
