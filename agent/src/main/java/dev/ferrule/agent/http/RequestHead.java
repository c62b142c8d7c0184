// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request before its body, read as RFC 9112 has them, with a bare line feed for the
 * end of a line too (section 2.2). Bodies are of no interest to any of our pages and are not read.
 *
 * @param method as it was sent
 * @param path decoded
 * @param query as it was sent
 * @param host the header of that name, as it was sent; empty without one
 * @param keep whether the client may ask again on the same connection
 * @param length bytes of this head, with the empty line that ends it
 */
record RequestHead(
    String method, String path, String query, String host, boolean keep, int length) {

  /** A head that is longer is refused; probes and scrapers send some hundred bytes. */
  static final int LIMIT = 8192;

  private static final Pattern METHOD = Pattern.compile("[A-Za-z][A-Za-z-]{0,30}");
  private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[01]");

  /** Not a request; the status says what is wrong with it. */
  static final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
      super(message);
      this.status = status;
    }

    /** The code of HTTP, 400 to 599. */
    int status() {
      return status;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /**
   * Reads what has come so far.
   *
   * @param bytes may have more behind the head
   * @param size how many of the bytes have come
   * @return null as long as the end of the head is missing
   */
  static @Nullable RequestHead read(byte[] bytes, int size) throws BadRequestException {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < size; at++) {
      if (bytes[at] != '\n') {
        continue;
      }
      int end = at > start && bytes[at - 1] == '\r' ? at - 1 : at;
      if (end > start) {
        lines.add(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
      } else if (!lines.isEmpty()) {
        return of(lines, at + 1);
      } // else an empty line before the request, which is to be ignored (section 2.2)
      start = at + 1;
    }
    if (size >= LIMIT) {
      throw new BadRequestException(431, "the head of the request is longer than 8 KiB");
    }
    return null;
  }

  private static RequestHead of(List<String> lines, int length) throws BadRequestException {
    String[] words = lines.get(0).split(" ", -1);
    if (words.length != 3 || !METHOD.matcher(words[0]).matches()) {
      throw new BadRequestException(400, "not a request of HTTP");
    }
    if (!VERSION.matcher(words[2]).matches()) {
      throw new BadRequestException(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    boolean keep = words[2].equals("HTTP/1.1");
    String host = "";
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new BadRequestException(400, "a header without a colon");
      }
      String value = line.substring(colon + 1).strip();
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (name.equals("host")) {
        host = value;
      }
      keep &=
          switch (name) {
            case "connection" -> !value.toLowerCase(Locale.ROOT).contains("close");
            // Where the next request would begin is only known once the body was read.
            case "content-length" -> value.equals("0");
            case "transfer-encoding" -> false;
            default -> true;
          };
    }
    try {
      URI target = new URI(words[1]);
      String path = target.getPath();
      String query = target.getRawQuery();
      return new RequestHead(
          words[0], path == null ? "" : path, query == null ? "" : query, host, keep, length);
    } catch (URISyntaxException e) {
      throw new BadRequestException(400, "the path of the request is not one");
    }
  }
}
