// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a netlink socket, read as all our readers read it. Whatever the bytes are, none
 * of them throws: at worst an object is not one of ours.
 */
class NetlinkFuzzTest {

  private static final int NFTABLES = NfTables.NFNL_SUBSYS_NFTABLES;
  private static final int CTNETLINK = Ctnetlink.messageType(0) >> 8;

  @FuzzTest(maxDuration = "20s")
  void anyBytesAreRead(byte[] bytes) {
    fuzzerTestOneInput(bytes);
  }

  /** The same for Jazzer without JUnit. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    new Readers().readAll(new MessageReader(buffer, bytes.length));
  }

  /** As the messages of one dump follow each other: elements after the set they are of. */
  private static final class Readers {

    private final Map<String, List<Rule>> rules = new HashMap<>();
    private final TraceReader trace =
        new TraceReader(
            new TestPacket(
                IpAddress.parse("192.0.2.1"),
                1,
                new FrontendKey(IpAddress.parse("192.0.2.2"), Protocol.TCP, 80),
                1));
    private @Nullable SetDeclaration declaration;

    void readAll(MessageReader messages) {
      while (messages.next()) {
        messages.isInterruptedDump();
        messages.error();
        if (messages.type() == MessageReader.NLMSG_ERROR) {
          messages.errorText();
        }
        HostAddresses.add(new ArrayList<>(), messages);
        HostRoutes.out(messages);
        if (messages.type() >> 8 == CTNETLINK) {
          for (Protocol protocol : Protocol.values()) {
            Conntrack.entry(messages, protocol);
          }
        }
        if (messages.type() >> 8 == NFTABLES) {
          nftables(messages);
        }
      }
    }

    private void nftables(MessageReader message) {
      trace.read(message);
      switch (message.type() & 0xff) {
        case NfTables.NFT_MSG_NEWSET -> {
          SetCodec.Found found = SetCodec.read(message.attributes(4));
          declaration = found.anonymous() ? null : found.declaration();
        }
        case NfTables.NFT_MSG_NEWCHAIN -> ChainReader.read(message.attributes(4), rules);
        case NfTables.NFT_MSG_NEWRULE -> {
          for (IpFamily family : IpFamily.values()) {
            TableReader.readRule(
                family,
                message.attributes(4),
                (handle, chain, rule) ->
                    rules.computeIfAbsent(chain, any -> new ArrayList<>()).add(rule));
          }
        }
        case NfTables.NFT_MSG_NEWSETELEM -> {
          if (declaration != null && !declaration.key().isEmpty()) {
            elements(message, declaration);
          }
        }
        default -> {}
      }
    }

    private static void elements(MessageReader message, SetDeclaration declaration) {
      boolean ranges =
          declaration.has(SetDeclaration.Flag.INTERVAL) && declaration.key().size() == 1;
      RangeJoiner joiner = ranges ? new RangeJoiner() : null;
      Map<ElementKey, Element> elements = new HashMap<>();
      TableReader.readEach(
          message.attributes(4),
          new ElementReader(declaration),
          reader -> {
            reader.remembered();
            TableReader.collect(reader, joiner, elements);
          });
      if (joiner != null) {
        joiner.join();
      }
    }
  }
}
