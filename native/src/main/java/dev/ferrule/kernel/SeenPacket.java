// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A packet as a chain met it, after what earlier chains did to it.
 *
 * @param label of the {@link TestPacket}; 0 for packets that have none
 */
public record SeenPacket(IpAddress source, Backend destination, int label) {

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  /** Reads the headers that a trace shows; null if they are too short or of another protocol. */
  static @Nullable SeenPacket read(byte[] network, byte[] transport) {
    if (transport.length < 4 || network.length == 0) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(network);
    int port = ByteBuffer.wrap(transport).getShort(2) & 0xffff;
    int version = network[0] >>> 4;
    if (version == 4 && network.length >= IPV4_HEADER) {
      int label = header.getShort(4) & 0xffff;
      return new SeenPacket(
          address(header, 12, 4), new Backend(address(header, 16, 4), port), label);
    } else if (version == 6 && network.length >= IPV6_HEADER) {
      int label = header.getInt(0) & 0xfffff;
      return new SeenPacket(
          address(header, 8, 16), new Backend(address(header, 24, 16), port), label);
    }
    return null;
  }

  private static IpAddress address(ByteBuffer header, int offset, int length) {
    byte[] bytes = new byte[length];
    header.get(offset, bytes);
    return IpAddress.ofBytes(bytes);
  }
}
