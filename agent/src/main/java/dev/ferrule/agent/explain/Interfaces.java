// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.kernel.HostRoutes;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** By which interface packets of an address come in, if the kernel's routes tell. */
final class Interfaces {

  private Interfaces() {}

  /** The interface's name; null if it cannot be found out. */
  static @Nullable String towards(IpAddress address) {
    try {
      OptionalInt index = HostRoutes.interfaceTowards(address);
      NetworkInterface found =
          index.isEmpty() ? null : NetworkInterface.getByIndex(index.getAsInt());
      return found == null ? null : found.getName();
    } catch (KernelException | SocketException e) {
      return null; // both ways are then told
    }
  }
}
