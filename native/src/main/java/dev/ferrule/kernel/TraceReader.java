// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads trace events, and picks those of one test packet out of what others trace meanwhile. */
final class TraceReader {

  private static final int NFTA_TRACE_TABLE = 1;
  private static final int NFTA_TRACE_CHAIN = 2;
  private static final int NFTA_TRACE_RULE_HANDLE = 3;
  private static final int NFTA_TRACE_TYPE = 4;
  private static final int NFTA_TRACE_VERDICT = 5;
  private static final int NFTA_TRACE_ID = 6;
  private static final int NFTA_TRACE_NETWORK_HEADER = 8;
  private static final int NFTA_TRACE_TRANSPORT_HEADER = 9;
  private static final int NFTA_TRACE_OIF = 12;
  private static final int NFTA_TRACE_POLICY = 16;

  private final int label;

  /** A packet has one number on its way in and another after it came in by loopback. */
  private final Set<Integer> ours = new HashSet<>();

  /**
   * Newer kernels tell of a rule without a handle where the rules of a chain end: in an empty chain
   * it is the event that shows the packet.
   */
  private @Nullable TraceEvent endOfRules;

  TraceReader(TestPacket packet) {
    this.label = packet.label();
  }

  /** The event; null if it is about another packet. */
  @Nullable TraceEvent read(MessageReader message) {
    if (message.type() != NfTables.messageType(NfTables.NFT_MSG_TRACE)) {
      return null;
    }
    String table = "";
    String chain = "";
    String verdict = "";
    int type = 0;
    int id = 0;
    int out = 0;
    long rule = 0;
    byte[] network = new byte[0];
    byte[] transport = new byte[0];
    AttributeReader in = message.attributes(4);
    while (in.next()) {
      switch (in.type()) {
        case NFTA_TRACE_TABLE -> table = in.text();
        case NFTA_TRACE_CHAIN -> chain = in.text();
        case NFTA_TRACE_RULE_HANDLE -> rule = in.u64();
        case NFTA_TRACE_TYPE -> type = in.u32();
        case NFTA_TRACE_VERDICT -> verdict = verdict(in.nested());
        case NFTA_TRACE_ID -> id = in.u32();
        case NFTA_TRACE_NETWORK_HEADER -> network = in.array();
        case NFTA_TRACE_TRANSPORT_HEADER -> transport = in.array();
        case NFTA_TRACE_OIF -> out = in.u32();
        case NFTA_TRACE_POLICY -> verdict = text(in.u32(), "");
        default -> {}
      }
    }
    SeenPacket packet = SeenPacket.read(network, transport);
    if (packet != null && packet.label() == label) {
      ours.add(id);
    } else if (packet != null) {
      ours.remove(id);
    }
    TraceEvent.Kind kind = kind(type);
    if (kind == null || !ours.contains(id)) {
      return null;
    }
    TraceEvent event =
        new TraceEvent(
            kind, family(message.payloadByte(0)), table, chain, rule, verdict, packet, out);
    if (kind == TraceEvent.Kind.RULE && rule == 0) {
      endOfRules = event;
      return null;
    }
    return withPacket(event);
  }

  private TraceEvent withPacket(TraceEvent event) {
    TraceEvent before = endOfRules;
    endOfRules = null;
    return before == null || event.packet() != null
        ? event
        : new TraceEvent(
            event.kind(),
            event.family(),
            event.table(),
            event.chain(),
            event.rule(),
            event.verdict(),
            before.packet(),
            before.outInterface());
  }

  private static TraceEvent.@Nullable Kind kind(int type) {
    return switch (type) {
      case 1 -> TraceEvent.Kind.POLICY;
      case 2 -> TraceEvent.Kind.RETURN;
      case 3 -> TraceEvent.Kind.RULE;
      default -> null;
    };
  }

  /** NFPROTO_* in nft's words. */
  private static String family(int number) {
    return switch (number) {
      case 1 -> "inet";
      case Libc.AF_INET -> "ip";
      case 3 -> "arp";
      case 5 -> "netdev";
      case 7 -> "bridge";
      case Libc.AF_INET6 -> "ip6";
      default -> "family " + number;
    };
  }

  private static String verdict(AttributeReader in) {
    int code = 0;
    String chain = "";
    while (in.next()) {
      if (in.type() == NfTables.NFTA_VERDICT_CODE) {
        code = in.u32();
      } else if (in.type() == NfTables.NFTA_VERDICT_CHAIN) {
        chain = in.text();
      }
    }
    return text(code, chain);
  }

  /** Verdicts of netfilter and those of nf_tables (enum nft_verdicts); NF_QUEUE has a number. */
  private static String text(int code, String chain) {
    return switch (code) {
      case NfTables.NF_DROP -> "drop";
      case NfTables.NF_ACCEPT -> "accept";
      case 2 -> "stolen";
      case -1 -> "continue";
      case -2 -> "break";
      case NfTables.NFT_JUMP -> "jump " + chain;
      case NfTables.NFT_GOTO -> "goto " + chain;
      case -5 -> "return";
      default -> (code & 0xff) == 3 ? "queue" : "verdict " + code;
    };
  }
}
