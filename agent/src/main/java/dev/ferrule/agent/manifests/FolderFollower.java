// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.kernel.FolderWatch;
import dev.ferrule.kernel.KernelException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Notes which manifest files changed. When the folder itself goes away, it waits for one of that
 * name to come back.
 */
final class FolderFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMinutes(1);
  private static final long MILLIS_TO_NEXT_LOOK = 500;

  private final Path folder;
  private final ChangedFiles changed;
  private final Log log;
  private final Thread thread;
  private volatile @Nullable FolderWatch watch;
  private volatile boolean closed;

  /** When it was there again, or went away. */
  private volatile Instant since = Instant.now();

  FolderFollower(Path folder, FolderWatch watch, ChangedFiles changed, Log log) {
    this.folder = folder;
    this.watch = watch;
    this.changed = changed;
    this.log = log;
    this.thread = new Thread(this::follow, "folder");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void follow() {
    try {
      while (!closed) {
        FolderWatch current = watch;
        if (current == null) {
          Thread.sleep(MILLIS_TO_NEXT_LOOK);
          reopen();
        } else {
          pass(current);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(FolderWatch current) {
    try {
      for (FolderWatch.Event event : current.poll(POLL)) {
        if (event instanceof FolderWatch.Event.Completed file) {
          changed.file(file.name());
        } else if (event instanceof FolderWatch.Event.Removed file) {
          changed.file(file.name());
        } else {
          changed.anything();
          if (event instanceof FolderWatch.Event.FolderGone) {
            forget(current);
            return;
          }
        }
      }
    } catch (KernelException e) {
      if (!closed) {
        log.warning(e.getMessage());
        forget(current);
      }
    }
  }

  private void forget(FolderWatch current) {
    current.close();
    watch = null;
    since = Instant.now();
  }

  private void reopen() {
    try {
      watch = FolderWatch.open(folder);
      since = Instant.now();
      changed.anything();
    } catch (KernelException e) {
      // Not back yet; that it is gone was said when it went.
      watch = null;
    }
  }

  /** Whether its changes arrive. Any thread may ask. */
  SourceState state(String what, @Nullable Instant read) {
    return watch == null
        ? new SourceState(what, SourceState.Condition.AWAY, since, read, "the folder is gone")
        : new SourceState(what, SourceState.Condition.FOLLOWING, since, read, "");
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    FolderWatch current = watch;
    if (current != null) {
      current.close();
    }
  }
}
