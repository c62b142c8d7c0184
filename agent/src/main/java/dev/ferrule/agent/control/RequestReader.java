// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the one line that a client sends: {@code {"command": ["get", "services"]}}. */
public final class RequestReader {

  /** A request is no longer than this, in bytes. */
  public static final int MOST_BYTES = 64 * 1024;

  private static final int MOST_WORDS = 1000;

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private RequestReader() {}

  /**
   * Reads a request. Fields that are not known are left aside.
   *
   * @param line without what ends it, {@link #MOST_BYTES} at most
   * @throws RequestException for anything else
   */
  public static ControlRequest read(byte[] line) throws RequestException {
    if (line.length > MOST_BYTES) {
      throw new RequestException("a request has " + MOST_BYTES + " bytes at most");
    }
    JsonNode command = json(line).path("command");
    if (!command.isArray() || command.isEmpty() || command.size() > MOST_WORDS) {
      throw new RequestException("a request needs \"command\", a list of words");
    }
    List<String> words = new ArrayList<>();
    for (JsonNode word : command) {
      if (!word.isTextual()) {
        throw new RequestException("each word of \"command\" is a text");
      }
      words.add(word.textValue());
    }
    return new ControlRequest(words);
  }

  private static JsonNode json(byte[] line) throws RequestException {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new RequestException("a request is one line of JSON, and this is none");
    } catch (IOException e) {
      throw new RequestException("a request is written in UTF-8");
    }
  }
}
