// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import java.util.Set;
import java.util.TreeSet;

/** Names of files that may have changed, noted by one thread and taken by another. */
final class ChangedFiles {

  /**
   * What was noted.
   *
   * @param all nobody knows which files changed: look at all
   */
  record Names(Set<String> files, boolean all) {}

  private Set<String> files = new TreeSet<>();
  private boolean all;
  private Runnable listener = () -> {};

  /** Calls this whenever something is noted from now on. */
  synchronized void tell(Runnable newListener) {
    listener = newListener;
  }

  /** A file was completed or removed. */
  void file(String name) {
    synchronized (this) {
      files.add(name);
    }
    told();
  }

  /** Any file may be another. */
  void anything() {
    synchronized (this) {
      all = true;
    }
    told();
  }

  private void told() {
    Runnable told;
    synchronized (this) {
      told = listener;
    }
    told.run();
  }

  /** All that was noted since this was called last. */
  synchronized Names take() {
    Names names = new Names(files, all);
    files = new TreeSet<>();
    all = false;
    return names;
  }
}
