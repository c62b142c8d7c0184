// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a compressed archive of text files that any tar(1) reads: headers of POSIX.1-1988
 * ("ustar"), which have room for names of 100 bytes and files of 8 GiB.
 */
public final class Archive implements Closeable {

  private static final int BLOCK = 512;
  private static final int MOST_NAME = 100;

  private final GZIPOutputStream out;
  private final long modified;

  /**
   * @param out is closed with this
   * @param modified the time of all files
   */
  public Archive(OutputStream out, Instant modified) throws IOException {
    this.out = new GZIPOutputStream(out);
    this.modified = modified.getEpochSecond();
  }

  /** Adds a file of mode 0600. */
  public void add(String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    out.write(header(name, content.length));
    out.write(content);
    out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private byte[] header(String name, int size) {
    ByteBuffer header = ByteBuffer.allocate(BLOCK);
    byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    if (nameBytes.length > MOST_NAME) {
      throw new IllegalArgumentException(name + " is too long a name");
    }
    header.put(nameBytes).position(MOST_NAME);
    octal(header, 7, 0600);
    octal(header, 7, 0); // user
    octal(header, 7, 0); // group
    octal(header, 11, size);
    octal(header, 11, modified);
    header.put("        ".getBytes(StandardCharsets.US_ASCII)); // stands for the sum in the sum
    header.put((byte) '0'); // an ordinary file
    header.position(257);
    header.put("ustar\00000".getBytes(StandardCharsets.US_ASCII));
    int sum = 0;
    for (byte one : header.array()) {
      sum += one & 0xff;
    }
    octal(header.position(148), 6, sum);
    return header.array();
  }

  private static void octal(ByteBuffer header, int digits, long value) {
    String format = "%0" + digits + "o";
    header.put(String.format(Locale.ROOT, format, value).getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 0);
  }

  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.close();
  }
}
