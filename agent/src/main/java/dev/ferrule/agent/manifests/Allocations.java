// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.BadFieldException;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps the state file in step with what was given out. */
final class Allocations {

  private final Grants grants;
  private final @Nullable Path path;
  private @Nullable Problem damaged;
  private @Nullable Problem unwritten;
  private long saved;
  private boolean leftoverRemoved;

  Allocations(Grants grants, @Nullable Path path) {
    this.grants = grants;
    this.path = path;
  }

  /** Reads what was given out in an earlier run. */
  void restore() {
    if (path == null) {
      return;
    }
    try {
      new AllocationFile(path).read(grants);
      damaged = null;
    } catch (IOException | BadFieldException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      damaged =
          Problem.ignored(
              path.toString(), "", "", "is damaged, so addresses may be given out anew: " + reason);
    }
  }

  /** Writes the file if something was given out or taken back since it was written. */
  void save() {
    if (path == null) {
      return;
    }
    try {
      if (!leftoverRemoved) {
        StateFile.removeLeftover(path);
        leftoverRemoved = true;
      }
      if (grants.changes() == saved) {
        return;
      }
      new AllocationFile(path).write(grants.all());
      saved = grants.changes();
      unwritten = null;
      damaged = null;
    } catch (IOException e) {
      unwritten =
          Problem.ignored(
              path.toString(),
              "",
              "",
              "cannot be written, so addresses may change with a restart: " + e);
    }
  }

  List<Problem> problems() {
    return Stream.of(damaged, unwritten).flatMap(Stream::ofNullable).toList();
  }
}
