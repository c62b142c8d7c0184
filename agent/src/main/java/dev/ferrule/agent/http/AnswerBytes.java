// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Answers as they go over the wire. */
final class AnswerBytes {

  private static final Map<Integer, String> REASONS =
      Map.of(
          200, "OK",
          400, "Bad Request",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          431, "Request Header Fields Too Large",
          500, "Internal Server Error",
          503, "Service Unavailable",
          505, "HTTP Version Not Supported");

  private AnswerBytes() {}

  /**
   * @param withBody false for the answer to a HEAD
   * @param keep whether the connection stays open
   */
  static ByteBuffer of(Answer answer, boolean withBody, boolean keep) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ")
        .append(answer.status())
        .append(' ')
        .append(REASONS.getOrDefault(answer.status(), "Other"))
        .append("\r\nDate: ")
        .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
        .append("\r\nContent-Length: ")
        .append(body.length)
        .append("\r\n");
    answer
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!keep) {
      head.append("Connection: close\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer all = ByteBuffer.allocate(start.length + (withBody ? body.length : 0));
    all.put(start);
    if (withBody) {
      all.put(body);
    }
    return all.flip();
  }
}
