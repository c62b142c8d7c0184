// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import dev.ferrule.testapi.Fault.Cut;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Slow;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The body of an answer, which may come slowly or end too early. */
final class FaultyBody extends FilterOutputStream {

  /** Thrown out of the handler it makes the HTTP server close the connection as it is. */
  static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;

    CutException() {
      super("cut because a test asked for it");
    }
  }

  private static final long PIECES_PER_SECOND = 20;

  private final long pace;
  private long left;

  FaultyBody(OutputStream out, @Nullable Effect effect) {
    super(out);
    this.left = effect instanceof Cut cut ? cut.bytes() : Long.MAX_VALUE;
    this.pace = effect instanceof Slow slow ? slow.bytesPerSecond() : 0;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int piece = pace == 0 ? length : (int) Math.max(1, pace / PIECES_PER_SECOND);
    for (int at = offset; at < end; at += piece) {
      int size = (int) Math.min(Math.min(piece, end - at), left);
      out.write(bytes, at, size);
      left -= size;
      if (left == 0) {
        out.flush();
        throw new CutException();
      }
      if (pace > 0) {
        out.flush();
        sleep(size * 1000L / pace);
      }
    }
  }

  static void sleep(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    }
  }
}
