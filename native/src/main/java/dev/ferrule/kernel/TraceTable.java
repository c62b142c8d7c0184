// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The table that asks the kernel to trace one test packet. Its first chains come before those of
 * anybody else and mark the packet; its last ones, behind all others, are empty: that the packet
 * comes to their end shows that it got through, and as what.
 *
 * <p>It belongs to the socket that makes it and goes with it, however the process ends
 * (NFT_TABLE_F_OWNER, since Linux 5.12). On older kernels it can be left over.
 */
final class TraceTable {

  static final String NAME = "ferrule-trace";

  private static final int NFT_TABLE_F_OWNER = 2;
  private static final int FIRST = -1000;
  private static final int LAST = 1000;
  private static final int NFTA_META_KEY = 2;
  private static final int NFTA_META_SREG = 3;
  private static final int NFT_META_NFTRACE = 12;
  private static final int NFTA_IMMEDIATE_DREG = 1;
  private static final int NFTA_IMMEDIATE_DATA = 2;

  private final NetlinkSocket socket;
  private final IpFamily family;

  TraceTable(NetlinkSocket socket, IpFamily family) {
    this.socket = socket;
    this.family = family;
  }

  /** Makes it. */
  void add(TestPacket packet) throws KernelException {
    try {
      submit("trace a packet by " + name(), batch -> add(batch, packet, NFT_TABLE_F_OWNER));
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
      submit("trace a packet by " + name(), batch -> add(batch, packet, 0));
    }
  }

  /**
   * Removes it.
   *
   * @return false if it was not there
   * @throws KernelException also if another process is tracing by it
   */
  boolean delete() throws KernelException {
    try {
      submit(
          "delete " + name(),
          batch -> {
            int message = batch.begin(NfTables.NFT_MSG_DELTABLE, 0, family);
            batch.out().text(NfTables.NFTA_TABLE_NAME, NAME);
            batch.end(message);
          });
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      if (e.errno() == Errno.EPERM) {
        throw KernelException.of(
            "delete " + name(),
            Errno.EPERM,
            "another ferrule explain --send is tracing, or this needs root or CAP_NET_ADMIN; try"
                + " again when it is done");
      }
      throw e;
    }
  }

  private String name() {
    return "table " + NfTables.familyName(family) + " " + NAME;
  }

  private interface Content {
    void write(Batch batch);
  }

  private void submit(String subject, Content content) throws KernelException {
    Batch batch = new Batch(NetlinkWriter.withRoom(4096), socket.takeSequence(0));
    batch.step(subject);
    content.write(batch);
    batch.finish();
    socket.takeSequence(batch.messages());
    BatchAnswer answer = new BatchAnswer(batch, subject);
    socket.send(batch.out().written(), subject);
    boolean more = true;
    while (more) {
      more = socket.receive(subject, answer);
    }
    answer.check();
  }

  private void add(Batch batch, TestPacket packet, int flags) {
    int message = batch.begin(NfTables.NFT_MSG_NEWTABLE, NfTables.NLM_F_CREATE, family);
    batch.out().text(NfTables.NFTA_TABLE_NAME, NAME);
    batch.out().u32(NfTables.NFTA_TABLE_FLAGS, flags);
    batch.end(message);
    for (Chain.Point first : List.of(Chain.Point.PREROUTING, Chain.Point.OUTPUT)) {
      addChain(batch, first, FIRST);
      addRule(batch, first, packet);
    }
    addChain(batch, Chain.Point.POSTROUTING, LAST);
    addChain(batch, Chain.Point.INPUT, LAST);
  }

  private void addChain(Batch batch, Chain.Point point, int priority) {
    NetlinkWriter out = batch.out();
    int message = batch.begin(NfTables.NFT_MSG_NEWCHAIN, NfTables.NLM_F_CREATE, family);
    out.text(NfTables.NFTA_CHAIN_TABLE, NAME);
    out.text(NfTables.NFTA_CHAIN_NAME, point.nftName());
    out.text(NfTables.NFTA_CHAIN_TYPE, Chain.Type.FILTER.nftName());
    int hook = out.open(NfTables.NFTA_CHAIN_HOOK);
    out.u32(NfTables.NFTA_HOOK_HOOKNUM, point.number());
    out.u32(NfTables.NFTA_HOOK_PRIORITY, priority);
    out.close(hook);
    batch.end(message);
  }

  private void addRule(Batch batch, Chain.Point point, TestPacket packet) {
    NetlinkWriter out = batch.out();
    int flags = NfTables.NLM_F_CREATE | NfTables.NLM_F_APPEND;
    int message = batch.begin(NfTables.NFT_MSG_NEWRULE, flags, family);
    out.text(NfTables.NFTA_RULE_TABLE, NAME);
    out.text(NfTables.NFTA_RULE_CHAIN, point.nftName());
    int list = out.open(NfTables.NFTA_RULE_EXPRESSIONS);
    ExpressionWriter expressions = new ExpressionWriter(out);
    matching(packet).forEach(expressions::write);
    setTrace(out);
    out.close(list);
    batch.end(message);
  }

  /** Exactly the packet: both addresses, the protocol, both ports. */
  private static List<Expression> matching(TestPacket packet) {
    boolean ipv4 = packet.to().family() == IpFamily.IPV4;
    int length = ipv4 ? 4 : 16;
    int source = ipv4 ? 12 : 8;
    byte[] protocol = {(byte) packet.to().protocol().number()};
    ByteBuffer ports = ByteBuffer.allocate(4);
    ports.putShort((short) packet.fromPort()).putShort((short) packet.to().port());
    return List.of(
        new Expression.Payload(0, Expression.Payload.NETWORK_HEADER, source, length),
        equal(packet.from().bytes()),
        new Expression.Payload(0, Expression.Payload.NETWORK_HEADER, source + length, length),
        equal(packet.to().address().bytes()),
        new Expression.Meta(0, Expression.Meta.L4PROTO),
        equal(protocol),
        new Expression.Payload(0, Expression.Payload.TRANSPORT_HEADER, 0, 4),
        equal(ports.array()));
  }

  private static Expression equal(byte[] value) {
    return new Expression.Compare(0, Expression.Compare.EQUAL, Bytes.of(value));
  }

  /** {@code meta nftrace set 1}. */
  private static void setTrace(NetlinkWriter out) {
    int register = ExpressionWriter.number(0);
    int load = out.open(NfTables.NFTA_LIST_ELEM);
    out.text(NfTables.NFTA_EXPR_NAME, "immediate");
    int loaded = out.open(NfTables.NFTA_EXPR_DATA);
    out.u32(NFTA_IMMEDIATE_DREG, register);
    int data = out.open(NFTA_IMMEDIATE_DATA);
    out.u8(NfTables.NFTA_DATA_VALUE, 1);
    out.close(data);
    out.close(loaded);
    out.close(load);
    int set = out.open(NfTables.NFTA_LIST_ELEM);
    out.text(NfTables.NFTA_EXPR_NAME, "meta");
    int meta = out.open(NfTables.NFTA_EXPR_DATA);
    out.u32(NFTA_META_KEY, NFT_META_NFTRACE);
    out.u32(NFTA_META_SREG, register);
    out.close(meta);
    out.close(set);
  }
}
