// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.nftables.TableState;
import java.util.Set;

/** Which objects of nf_tables are ours, or lead to ours. */
enum RulesetScope {

  /** Our own tables. */
  OUR_TABLES {
    @Override
    boolean holds(int type, AttributeReader in) {
      while (in.next()) {
        if (in.type() == NfTables.NFTA_ANY_TABLE) {
          return in.text().equals(TableState.NAME);
        }
      }
      return false;
    }
  },

  /** Our chains in the tables of iptables-nft, and the built-in ones that lead to them. */
  OUR_CHAINS {
    @Override
    boolean holds(int type, AttributeReader in) {
      boolean ours = false;
      String chain = "";
      while (in.next()) {
        if (in.type() == NfTables.NFTA_ANY_TABLE) {
          ours = TABLES.contains(in.text());
        } else if (isChainName(type, in.type())) {
          chain = in.text();
        }
      }
      return ours
          && switch (type) {
            case NfTables.NFT_MSG_NEWTABLE, NfTables.NFT_MSG_DELTABLE -> true;
            case NfTables.NFT_MSG_NEWCHAIN,
                NfTables.NFT_MSG_DELCHAIN,
                NfTables.NFT_MSG_NEWRULE,
                NfTables.NFT_MSG_DELRULE ->
                chain.startsWith(XtChain.PREFIX) || BUILT_IN.contains(chain);
            default -> false;
          };
    }
  };

  private static final Set<String> TABLES = Set.of("nat", "filter");
  private static final Set<String> BUILT_IN =
      Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  /** Whether a message is about them. */
  boolean holds(MessageReader message) {
    int family = message.payloadByte(0);
    return (family == Libc.AF_INET || family == Libc.AF_INET6)
        && holds(message.type() & 0xff, message.attributes(4));
  }

  abstract boolean holds(int type, AttributeReader in);

  private static boolean isChainName(int type, int attribute) {
    return switch (type) {
      case NfTables.NFT_MSG_NEWCHAIN, NfTables.NFT_MSG_DELCHAIN ->
          attribute == NfTables.NFTA_CHAIN_NAME;
      case NfTables.NFT_MSG_NEWRULE, NfTables.NFT_MSG_DELRULE ->
          attribute == NfTables.NFTA_RULE_CHAIN;
      default -> false;
    };
  }
}
