// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Keys and data as the kernel wants them: addresses and ports in network order, each field of a
 * concatenation padded to 4 bytes, slots in host order.
 */
final class Wire {

  private Wire() {}

  /** {@code address . protocol . port}. */
  static Bytes frontend(FrontendKey key) {
    byte[] bytes = new byte[frontendBytes(key)];
    putFrontend(bytes, key);
    return Bytes.owning(bytes);
  }

  /** The frontend that a key begins with; null if it names no protocol of ours. */
  static @Nullable FrontendKey parseFrontend(IpFamily family, Bytes key) {
    int address = family.addressBytes();
    int number = key.at(address);
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        int port = key.at(address + 4) << 8 | key.at(address + 5);
        return new FrontendKey(IpAddress.ofBytes(key.slice(0, address)), protocol, port);
      }
    }
    return null;
  }

  /** {@code address . protocol . port . slot}. */
  static Bytes slot(FrontendKey key, int slot) {
    byte[] bytes = new byte[frontendBytes(key) + 4];
    putFrontend(bytes, key).order(ByteOrder.nativeOrder()).putInt(slot);
    return Bytes.owning(bytes);
  }

  /** {@code address . protocol . port . source}, from the first to the last source of a range. */
  static ElementKey source(FrontendKey key, Cidr range) {
    return new ElementKey(source(key, range.address()), source(key, range.last()));
  }

  private static Bytes source(FrontendKey key, IpAddress source) {
    byte[] bytes = new byte[frontendBytes(key) + key.family().addressBytes()];
    putFrontend(bytes, key).put(source.bytes());
    return Bytes.owning(bytes);
  }

  /** {@code address . port} of an endpoint. */
  static Bytes backend(Backend backend) {
    byte[] address = backend.address().bytes();
    byte[] bytes = new byte[address.length + 4];
    ByteBuffer.wrap(bytes).put(address).putShort((short) backend.port());
    return Bytes.owning(bytes);
  }

  /** The endpoint that data begins with. */
  static Backend parseBackend(IpFamily family, Bytes data) {
    int address = family.addressBytes();
    int port = data.at(address) << 8 | data.at(address + 1);
    return new Backend(IpAddress.ofBytes(data.slice(0, address)), port);
  }

  static Bytes address(IpAddress address) {
    return Bytes.owning(address.bytes());
  }

  /** {@code address . address}. */
  static Bytes twice(IpAddress address) {
    byte[] once = address.bytes();
    byte[] bytes = new byte[2 * once.length];
    ByteBuffer.wrap(bytes).put(once).put(once);
    return Bytes.owning(bytes);
  }

  private static int frontendBytes(FrontendKey key) {
    return key.family().addressBytes() + 8;
  }

  private static ByteBuffer putFrontend(byte[] bytes, FrontendKey key) {
    return ByteBuffer.wrap(bytes)
        .put(key.address().bytes())
        .put((byte) key.protocol().number())
        .put(new byte[3])
        .putShort((short) key.port())
        .putShort((short) 0);
  }
}
