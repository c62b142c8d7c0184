// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Findings for programs. */
public final class FindingsJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private FindingsJson() {}

  /** All of them, with a line break at the end. */
  public static String of(List<Finding> findings) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("severity", Doctor.worst(findings).text());
    ArrayNode list = root.putArray("findings");
    for (Finding finding : findings) {
      list.addObject()
          .put("check", finding.topic().id())
          .put("severity", finding.severity().text())
          .put("looksAt", finding.topic().looksAt())
          .put("seen", finding.seen())
          .put("evidence", finding.evidence())
          .put("remedy", finding.remedy());
    }
    try {
      return MAPPER.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("findings always have a JSON form", e);
    }
  }
}
