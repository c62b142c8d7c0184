// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

/**
 * Numbers of the connection tracking interface, from {@code linux/netfilter/nfnetlink_conntrack.h}
 * unless said.
 */
final class Ctnetlink {

  // linux/netfilter/nfnetlink.h
  static final int NFNL_SUBSYS_CTNETLINK = 1;

  static final int IPCTNL_MSG_CT_NEW = 0;
  static final int IPCTNL_MSG_CT_GET = 1;
  static final int IPCTNL_MSG_CT_DELETE = 2;

  static final int CTA_TUPLE_ORIG = 1;
  static final int CTA_TUPLE_REPLY = 2;
  static final int CTA_STATUS = 3;
  static final int CTA_ID = 12;
  static final int CTA_ZONE = 18;
  static final int CTA_FILTER = 25;

  static final int CTA_TUPLE_IP = 1;
  static final int CTA_TUPLE_PROTO = 2;
  static final int CTA_TUPLE_ZONE = 3;

  static final int CTA_IP_V4_SRC = 1;
  static final int CTA_IP_V4_DST = 2;
  static final int CTA_IP_V6_SRC = 3;
  static final int CTA_IP_V6_DST = 4;

  static final int CTA_PROTO_NUM = 1;
  static final int CTA_PROTO_SRC_PORT = 2;
  static final int CTA_PROTO_DST_PORT = 3;

  /** Which fields of the original tuple must match, in host byte order; since Linux 5.8. */
  static final int CTA_FILTER_ORIG_FLAGS = 1;

  /** CTA_FILTER_FLAG(CTA_PROTO_NUM), from {@code net/netfilter/nf_conntrack_netlink.c}. */
  static final int FILTER_PROTO_NUM = 1 << 3;

  private Ctnetlink() {}

  /** The netlink message type of a connection tracking message. */
  static int messageType(int message) {
    return NFNL_SUBSYS_CTNETLINK << 8 | message;
  }
}
