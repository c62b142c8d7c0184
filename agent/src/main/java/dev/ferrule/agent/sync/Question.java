// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.rules.diff.DesiredState;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** A question that only the sync thread can answer, as it owns the state. */
final class Question<T> {

  private final BiFunction<FollowedSource, DesiredState, T> asked;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  Question(BiFunction<FollowedSource, DesiredState, T> asked) {
    this.asked = asked;
  }

  void answer(FollowedSource source, DesiredState desired) {
    try {
      answer.complete(asked.apply(source, desired));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e); // the trouble of who asks, not of the sync thread
    }
  }

  CompletableFuture<T> answer() {
    return answer;
  }
}
