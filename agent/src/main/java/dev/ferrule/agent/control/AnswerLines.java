// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * An answer on its way: lines of JSON with parts of what was written, {@code {"err": TEXT}} and
 * {@code {"out": TEXT}}, and at last {@code {"exit": NUMBER}}; or {@code {"error": TEXT}} alone if
 * nothing was carried out. They are made one by one, so that a large answer is not held twice.
 */
final class AnswerLines implements Iterator<byte[]> {

  static final String OUT = "out";
  static final String ERRORS = "err";
  static final String EXIT = "exit";
  static final String ERROR = "error";

  private static final int PART = 16 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final ControlAnswer answer;
  private int errorsSent;
  private int outSent;
  private boolean ended;

  AnswerLines(ControlAnswer answer) {
    this.answer = answer;
  }

  /** The only line if nothing was carried out. */
  static byte[] error(String text) {
    return line(Map.of(ERROR, text));
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public byte[] next() {
    if (ended) {
      throw new NoSuchElementException();
    }
    if (errorsSent < answer.errors().length()) {
      int from = errorsSent;
      errorsSent = end(answer.errors(), from);
      return line(Map.of(ERRORS, answer.errors().substring(from, errorsSent)));
    }
    if (outSent < answer.out().length()) {
      int from = outSent;
      outSent = end(answer.out(), from);
      return line(Map.of(OUT, answer.out().substring(from, outSent)));
    }
    ended = true;
    return line(Map.of(EXIT, answer.exit()));
  }

  /** No character of two halves is cut. */
  private static int end(String text, int from) {
    int end = Math.min(text.length(), from + PART);
    return end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) ? end + 1 : end;
  }

  private static byte[] line(Map<String, ?> fields) {
    try {
      return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers can always be written", e);
    }
  }
}
