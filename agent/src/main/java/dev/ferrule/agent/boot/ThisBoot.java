// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.MonotonicClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A moment since this host was booted.
 *
 * @param id of the boot, as in {@code journalctl --list-boots}
 * @param micros of a clock that all processes of this boot share
 */
record ThisBoot(String id, long micros) {

  /** See random(4): it is another one after each boot. */
  private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Now; fails if the kernel does not say. */
  static ThisBoot now() throws IOException {
    try {
      return new ThisBoot(Files.readString(ID).strip(), MonotonicClock.micros());
    } catch (KernelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
