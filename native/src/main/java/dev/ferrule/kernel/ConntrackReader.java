// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.conntrack.ConntrackEntry;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import org.jspecify.annotations.Nullable;

/** Reads one connection tracking entry. */
final class ConntrackReader {

  /** Addresses and ports in one direction. */
  private static final class Tuple {
    private @Nullable IpAddress source;
    private @Nullable IpAddress destination;
    private int protocol;
    private int sourcePort;
    private int destinationPort;
    private int zone;

    void read(AttributeReader in) {
      while (in.next()) {
        switch (in.type()) {
          case Ctnetlink.CTA_TUPLE_IP -> readAddresses(in.nested());
          case Ctnetlink.CTA_TUPLE_PROTO -> readPorts(in.nested());
          case Ctnetlink.CTA_TUPLE_ZONE -> zone = in.u16();
          default -> {}
        }
      }
    }

    private void readAddresses(AttributeReader in) {
      while (in.next()) {
        switch (in.type()) {
          case Ctnetlink.CTA_IP_V4_SRC, Ctnetlink.CTA_IP_V6_SRC -> source = address(in);
          case Ctnetlink.CTA_IP_V4_DST, Ctnetlink.CTA_IP_V6_DST -> destination = address(in);
          default -> {}
        }
      }
    }

    private void readPorts(AttributeReader in) {
      while (in.next()) {
        switch (in.type()) {
          case Ctnetlink.CTA_PROTO_NUM -> protocol = in.u8();
          case Ctnetlink.CTA_PROTO_SRC_PORT -> sourcePort = in.u16();
          case Ctnetlink.CTA_PROTO_DST_PORT -> destinationPort = in.u16();
          default -> {}
        }
      }
    }

    private static @Nullable IpAddress address(AttributeReader in) {
      return in.length() == 4 || in.length() == 16 ? IpAddress.ofBytes(in.array()) : null;
    }
  }

  private ConntrackReader() {}

  /** The entry that the attributes describe; null if it is of another protocol. */
  static @Nullable ConntrackEntry read(AttributeReader in, Protocol protocol) {
    Tuple original = new Tuple();
    Tuple reply = new Tuple();
    int zone = 0;
    int id = 0;
    int status = 0;
    while (in.next()) {
      switch (in.type()) {
        case Ctnetlink.CTA_TUPLE_ORIG -> {
          original.read(in.nested());
          if (original.protocol != protocol.number()) {
            return null;
          }
        }
        case Ctnetlink.CTA_TUPLE_REPLY -> reply.read(in.nested());
        case Ctnetlink.CTA_STATUS -> status = in.u32();
        case Ctnetlink.CTA_ZONE -> zone = in.u16();
        case Ctnetlink.CTA_ID -> id = in.u32();
        default -> {}
      }
    }
    if (original.source == null || original.destination == null || reply.source == null) {
      return null;
    }
    return new ConntrackEntry(
        original.source,
        original.sourcePort,
        new FrontendKey(original.destination, protocol, original.destinationPort),
        new Backend(reply.source, reply.sourcePort),
        original.zone != 0 ? original.zone : zone,
        id,
        status);
  }
}
