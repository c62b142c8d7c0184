// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import java.util.List;

/**
 * What a client asks for.
 *
 * @param command words of a command line as they follow {@code ferrule}
 */
public record ControlRequest(List<String> command) {

  public ControlRequest {
    command = List.copyOf(command);
  }
}
