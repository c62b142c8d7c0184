// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.source.SourceState;
import dev.ferrule.agent.source.SourceState.Condition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How it goes with one list that is followed. One thread tells it, any may ask. */
final class Connection {

  private final String what;
  private volatile SourceState state;
  private volatile @Nullable Instant heard;

  Connection(String what) {
    this.what = what;
    this.state = new SourceState(what, Condition.LISTING, Instant.now(), null, "");
  }

  void listing() {
    is(Condition.LISTING, "");
  }

  void following() {
    is(Condition.FOLLOWING, "");
  }

  void away(String reason) {
    is(Condition.AWAY, reason);
  }

  void heard() {
    heard = Instant.now();
  }

  /** While it is away, attempts to list do not count. */
  private void is(Condition condition, String detail) {
    SourceState now = state;
    boolean attempt = condition == Condition.LISTING && now.condition() == Condition.AWAY;
    if (attempt || (now.condition() == condition && now.detail().equals(detail))) {
      return;
    }
    Instant since = now.condition() == condition ? now.since() : Instant.now();
    state = new SourceState(what, condition, since, null, detail);
  }

  SourceState state() {
    SourceState now = state;
    return new SourceState(now.what(), now.condition(), now.since(), heard, now.detail());
  }
}
