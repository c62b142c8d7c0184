// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import org.jspecify.annotations.Nullable;

/** One step of the store from a version to the next. */
final class Change {

  private final @Nullable Stored before;
  private final @Nullable Stored after;
  private final Stored last;
  private volatile @Nullable Stored departed;

  /** Created if there was nothing before, deleted if there is nothing after. */
  Change(@Nullable Stored before, @Nullable Stored after, Stored last) {
    this.before = before;
    this.after = after;
    this.last = last;
  }

  @Nullable Stored before() {
    return before;
  }

  @Nullable Stored after() {
    return after;
  }

  Resource resource() {
    return last.resource();
  }

  String key() {
    return last.key();
  }

  long version() {
    return last.version();
  }

  /**
   * What a watch with a selector shows of it: an object that begins to match is added for it, one
   * that ceases to match is deleted, with the content that did match and the version of the change.
   *
   * @return null if it shows nothing
   */
  @Nullable WatchEvent seenThrough(Selector selector) {
    boolean did = before != null && selector.matches(before);
    if (after != null && selector.matches(after)) {
      return new WatchEvent(did ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED, after);
    }
    return did ? new WatchEvent(WatchEvent.Type.DELETED, departed()) : null;
  }

  private Stored departed() {
    if (after == null) {
      return last;
    }
    Stored known = departed;
    if (known == null && before != null) {
      known = before.at(version());
      departed = known;
    }
    return known == null ? last : known;
  }
}
