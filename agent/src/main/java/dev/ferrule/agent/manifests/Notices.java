// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import java.util.List;

/** Takes notes about parts of an object that are left aside while the rest of it is used. */
record Notices(String file, String object, List<Problem> problems) {

  void ignored(String field, String message) {
    problems.add(Problem.ignored(file, object, field, message));
  }
}
