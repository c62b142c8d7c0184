// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.List;

/**
 * A value as the administrator wrote it.
 *
 * @param where the place, for messages: {@code FILE:LINE: FIELD} or {@code flag --NAME}
 * @param texts the items of a list; one text of any other value
 * @param flag whether it comes from the command line
 */
record Written(String where, List<String> texts, boolean flag) {

  Written {
    texts = List.copyOf(texts);
  }

  /** The texts as they stand in a message. */
  String quoted() {
    return texts.size() == 1 ? "\"" + texts.get(0) + "\"" : texts.toString();
  }
}
