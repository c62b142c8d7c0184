// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class StateDirectoryCheck implements Check {

  private static final long ROOM = 64L << 20;

  /**
   * What there is.
   *
   * @param existing the directory, or the one above it that exists
   * @param room bytes that may be used on its disk
   */
  record Facts(Path directory, Path existing, boolean writable, long room) {}

  @Override
  public Topic topic() {
    return Topic.STATE_DIRECTORY;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    Path directory = host.configuration().stateDirectory().toAbsolutePath();
    Path existing = directory;
    while (!Files.exists(existing)) {
      Path parent = existing.getParent();
      if (parent == null) {
        break;
      }
      existing = parent;
    }
    return List.of(
        judge(
            new Facts(
                directory,
                existing,
                Files.isDirectory(existing) && Files.isWritable(existing),
                Files.getFileStore(existing).getUsableSpace()),
            CurrentUser.isRoot(host)));
  }

  /**
   * @param root whether this process may do what an agent may
   */
  static Finding judge(Facts facts, boolean root) {
    String name =
        facts.directory()
            + (facts.directory().equals(facts.existing())
                ? ""
                : " is not there yet, and " + facts.existing());
    if (facts.room() < ROOM) {
      return Topic.STATE_DIRECTORY.found(
          Severity.WARNING,
          name + " has " + (facts.room() >> 20) + " MB of room: its files may not be written");
    }
    if (!facts.writable()) {
      return root
          ? Topic.STATE_DIRECTORY.found(Severity.WARNING, name + " cannot be written")
          : Topic.STATE_DIRECTORY.found(
              Severity.NOTE, name + " cannot be written by this user, who may not be the agent's");
    }
    return Topic.STATE_DIRECTORY.ok(name + " can be written");
  }
}
