// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The first line of a state file: {@code MAGIC CRC-32 LENGTH} of all that follows. So one that is
 * damaged, or of another version, is never taken for a good one.
 *
 * @param magic what the file is and its version, two words: {@code ferrule-state 1}
 */
public record Seal(String magic) {

  private static final int LONGEST_HEAD = 100;

  /** Thrown away with the message: what is wrong with the file. */
  public static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** Of a file whose seal is whole but whose contents are of no use, as well. */
    public BrokenException(String message) {
      super(message);
    }
  }

  /** The line for such contents, without its end. */
  public String head(byte[] contents) {
    CRC32 checksum = new CRC32();
    checksum.update(contents);
    return magic
        + " "
        + HexFormat.of().toHexDigits((int) checksum.getValue())
        + " "
        + contents.length;
  }

  /** The whole file. */
  public byte[] close(byte[] contents) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes((head(contents) + "\n").getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(contents);
    return file.toByteArray();
  }

  /** What is in a file that {@link #close} made. */
  public byte[] open(byte[] file) throws BrokenException {
    int end = 0;
    while (end < file.length && end < LONGEST_HEAD && file[end] != '\n') {
      end++;
    }
    String head = new String(file, 0, end, StandardCharsets.US_ASCII);
    if (!head.startsWith(magic + " ")) {
      throw new BrokenException("is not a state that this version can read");
    }
    byte[] contents = new byte[Math.max(0, file.length - end - 1)];
    System.arraycopy(file, Math.min(file.length, end + 1), contents, 0, contents.length);
    if (!head.equals(head(contents))) {
      throw new BrokenException("is damaged: its checksum is wrong");
    }
    return contents;
  }
}
