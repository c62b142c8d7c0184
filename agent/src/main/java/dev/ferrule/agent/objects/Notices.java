// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import java.util.List;

/** Takes notes about parts of an object that are left aside while the rest of it is used. */
record Notices(String file, String object, List<Problem> problems) {

  /** Something of the object is not in force. */
  void skipped(String field, String message) {
    problems.add(Problem.skipped(file, object, field, message));
  }

  /** Something is used in another way than written, or of no use here. */
  void ignored(String field, String message) {
    problems.add(Problem.ignored(file, object, field, message));
  }
}
