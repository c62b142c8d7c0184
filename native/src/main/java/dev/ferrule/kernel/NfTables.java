// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;

/** Numbers of the nf_tables interface, from {@code linux/netfilter/nf_tables.h} unless said. */
final class NfTables {

  // linux/netlink.h
  static final int NETLINK_NETFILTER = 12;
  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_CREATE = 0x400;
  static final int NLM_F_APPEND = 0x800;

  // linux/netfilter/nfnetlink.h
  static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  static final int NFNL_MSG_BATCH_END = 0x11;
  static final int NFNL_SUBSYS_NFTABLES = 10;

  /** The multicast group that hears of each commit. */
  static final int NFNLGRP_NFTABLES = 7;

  static final int NFT_MSG_NEWTABLE = 0;
  static final int NFT_MSG_GETTABLE = 1;
  static final int NFT_MSG_DELTABLE = 2;
  static final int NFT_MSG_NEWCHAIN = 3;
  static final int NFT_MSG_GETCHAIN = 4;
  static final int NFT_MSG_DELCHAIN = 5;
  static final int NFT_MSG_NEWRULE = 6;
  static final int NFT_MSG_GETRULE = 7;
  static final int NFT_MSG_DELRULE = 8;
  static final int NFT_MSG_NEWSET = 9;
  static final int NFT_MSG_GETSET = 10;
  static final int NFT_MSG_DELSET = 11;
  static final int NFT_MSG_NEWSETELEM = 12;
  static final int NFT_MSG_GETSETELEM = 13;
  static final int NFT_MSG_DELSETELEM = 14;
  static final int NFT_MSG_NEWGEN = 15;
  static final int NFT_MSG_GETGEN = 16;
  static final int NFT_MSG_TRACE = 17;

  /** Like DELSETELEM, but a missing element is no error; since Linux 6.3. */
  static final int NFT_MSG_DESTROYSETELEM = 30;

  static final int NFTA_LIST_ELEM = 1;

  /** Whatever a message is about, its first attribute names the table. */
  static final int NFTA_ANY_TABLE = 1;

  static final int NFTA_GEN_ID = 1;
  static final int NFTA_GEN_PROC_PID = 2;
  static final int NFTA_GEN_PROC_NAME = 3;

  static final int NFTA_TABLE_NAME = 1;
  static final int NFTA_TABLE_FLAGS = 2;

  /** Only the socket that says so may change the table; since Linux 5.12. */
  static final int NFT_TABLE_F_OWNER = 0x2;

  /** It outlives that socket; since Linux 6.9. */
  static final int NFT_TABLE_F_PERSIST = 0x4;

  static final int NFTA_CHAIN_TABLE = 1;
  static final int NFTA_CHAIN_NAME = 3;
  static final int NFTA_CHAIN_HOOK = 4;
  static final int NFTA_CHAIN_POLICY = 5;
  static final int NFTA_CHAIN_TYPE = 7;
  static final int NFTA_HOOK_HOOKNUM = 1;
  static final int NFTA_HOOK_PRIORITY = 2;

  static final int NFTA_RULE_TABLE = 1;
  static final int NFTA_RULE_CHAIN = 2;
  static final int NFTA_RULE_HANDLE = 3;
  static final int NFTA_RULE_EXPRESSIONS = 4;

  static final int NFTA_EXPR_NAME = 1;
  static final int NFTA_EXPR_DATA = 2;

  static final int NFTA_SET_TABLE = 1;
  static final int NFTA_SET_NAME = 2;
  static final int NFTA_SET_FLAGS = 3;
  static final int NFTA_SET_KEY_TYPE = 4;
  static final int NFTA_SET_KEY_LEN = 5;
  static final int NFTA_SET_DATA_TYPE = 6;
  static final int NFTA_SET_DATA_LEN = 7;
  static final int NFTA_SET_DESC = 9;
  static final int NFTA_SET_ID = 10;
  static final int NFTA_SET_TIMEOUT = 11;
  static final int NFTA_SET_USERDATA = 13;
  static final int NFTA_SET_EXPR = 17;
  static final int NFTA_SET_EXPRESSIONS = 18;
  static final int NFTA_SET_DESC_SIZE = 1;
  static final int NFTA_SET_DESC_CONCAT = 2;
  static final int NFTA_SET_FIELD_LEN = 1;

  static final int NFT_SET_ANONYMOUS = 0x1;
  static final int NFT_SET_INTERVAL = 0x4;
  static final int NFT_SET_MAP = 0x8;
  static final int NFT_SET_TIMEOUT = 0x10;
  static final int NFT_SET_EVAL = 0x20;
  static final int NFT_SET_CONCAT = 0x80;

  /** NFT_DATA_VERDICT: the data type of a verdict map. */
  static final int DATA_VERDICT = 0xffffff00;

  static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  static final int NFTA_SET_ELEM_LIST_SET = 2;
  static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;

  static final int NFTA_SET_ELEM_KEY = 1;
  static final int NFTA_SET_ELEM_DATA = 2;
  static final int NFTA_SET_ELEM_FLAGS = 3;
  static final int NFTA_SET_ELEM_TIMEOUT = 4;
  static final int NFTA_SET_ELEM_EXPIRATION = 5;
  static final int NFTA_SET_ELEM_USERDATA = 6;
  static final int NFTA_SET_ELEM_EXPR = 7;
  static final int NFTA_SET_ELEM_KEY_END = 10;
  static final int NFTA_SET_ELEM_EXPRESSIONS = 11;
  static final int NFT_SET_ELEM_INTERVAL_END = 1;

  static final int NFTA_COUNTER_PACKETS = 2;

  static final int NFTA_DATA_VALUE = 1;
  static final int NFTA_DATA_VERDICT = 2;
  static final int NFTA_VERDICT_CODE = 1;
  static final int NFTA_VERDICT_CHAIN = 2;

  static final int NF_DROP = 0;
  static final int NF_ACCEPT = 1;
  static final int NFT_JUMP = -3;
  static final int NFT_GOTO = -4;

  private NfTables() {}

  /** The netlink message type of an nf_tables message. */
  static int messageType(int message) {
    return NFNL_SUBSYS_NFTABLES << 8 | message;
  }

  /** NFPROTO_IPV4 or NFPROTO_IPV6. */
  static int protocolFamily(IpFamily family) {
    return family == IpFamily.IPV4 ? Libc.AF_INET : Libc.AF_INET6;
  }

  /** What nft calls the family: {@code ip} or {@code ip6}. */
  static String familyName(IpFamily family) {
    return family == IpFamily.IPV4 ? "ip" : "ip6";
  }
}
