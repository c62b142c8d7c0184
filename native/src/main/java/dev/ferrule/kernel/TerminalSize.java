// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How large a terminal is (ioctl_tty(2), {@code TIOCGWINSZ}).
 *
 * @param rows 0 if the terminal does not know
 * @param columns 0 if the terminal does not know
 */
public record TerminalSize(int rows, int columns) {

  /** As on all architectures but MIPS, PowerPC and SPARC, where nothing is known then. */
  private static final long TIOCGWINSZ = 0x5413;

  /** struct winsize: rows, columns and two that are not used, of 16 bits each. */
  private static final int WINSIZE = 8;

  private static final int STANDARD_OUTPUT = 1;

  /** Of the terminal that standard output goes to; empty if it goes elsewhere. */
  public static Optional<TerminalSize> ofOutput() {
    ByteBuffer size = ByteBuffer.allocateDirect(WINSIZE).order(ByteOrder.nativeOrder());
    if (Libc.get().ioctl(STANDARD_OUTPUT, TIOCGWINSZ, size) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TerminalSize(
            Short.toUnsignedInt(size.getShort(0)), Short.toUnsignedInt(size.getShort(2))));
  }
}
