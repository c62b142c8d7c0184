// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;

/** Who runs this process. */
final class CurrentUser {

  private CurrentUser() {}

  static boolean isRoot(Host host) throws IOException {
    String status = host.text("proc/self/status");
    return status != null
        && status.lines().anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
  }
}
