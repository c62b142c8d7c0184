// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Operand;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The first packet of a connection on its way, with what connection tracking knows of it. */
final class Packet {

  private final Connection connection;
  private final Predicate<IpAddress> ownAddress;
  private String inInterface;
  private @Nullable Backend translatedTo;
  private boolean masqueraded;
  private boolean destinationSettled;
  private boolean sourceSettled;

  Packet(Connection connection, Predicate<IpAddress> ownAddress) {
    this.connection = connection;
    this.ownAddress = ownAddress;
    String name = connection.inInterface();
    this.inInterface = name == null || isFromNode() ? "" : name;
  }

  /** The same packet, to go another way. */
  Packet copy() {
    Packet copy = new Packet(connection, ownAddress);
    copy.inInterface = inInterface;
    copy.translatedTo = translatedTo;
    copy.masqueraded = masqueraded;
    copy.destinationSettled = destinationSettled;
    copy.sourceSettled = sourceSettled;
    return copy;
  }

  boolean isFromNode() {
    return ownAddress.test(connection.from());
  }

  /** Whether it is for this node, as things stand. */
  boolean isForNode() {
    return ownAddress.test(destination());
  }

  IpAddress source() {
    return connection.from();
  }

  Protocol protocol() {
    return connection.protocol();
  }

  IpAddress destination() {
    return translatedTo == null ? connection.to() : translatedTo.address();
  }

  int port() {
    return translatedTo == null ? connection.port() : translatedTo.port();
  }

  String inInterface() {
    return inInterface;
  }

  /** What the node sends to itself goes out by the loopback interface and comes in again. */
  void loopBack() {
    inInterface = "lo";
  }

  @Nullable Backend translatedTo() {
    return translatedTo;
  }

  void translate(Backend backend) {
    translatedTo = backend;
  }

  boolean masqueraded() {
    return masqueraded;
  }

  void masquerade() {
    masqueraded = true;
  }

  /** A connection is looked at once for its destination and once for its source. */
  boolean settleDestination() {
    boolean first = !destinationSettled;
    destinationSettled = true;
    return first;
  }

  /** The same for the source. */
  boolean settleSource() {
    boolean first = !sourceSettled;
    sourceSettled = true;
    return first;
  }

  /** Whether the address that the hook may change is another one by now. */
  boolean isTranslatedAt(Chain.Point point) {
    return switch (point) {
      case PREROUTING, OUTPUT -> translatedTo != null;
      case POSTROUTING, INPUT -> masqueraded;
      case FORWARD -> false;
    };
  }

  /** The value of a field in network byte order. */
  byte[] field(Operand.Field field) {
    return switch (field) {
      case DESTINATION, REPLY_SOURCE -> destination().bytes();
      case SOURCE -> source().bytes();
      case PROTOCOL -> new byte[] {(byte) protocol().number()};
      case PORT, REPLY_PORT -> bytes(port());
      case ORIGINAL_DESTINATION -> connection.to().bytes();
      case ORIGINAL_PORT -> bytes(connection.port());
    };
  }

  private static byte[] bytes(int port) {
    return new byte[] {(byte) (port >>> 8), (byte) port};
  }
}
