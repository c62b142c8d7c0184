// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

/** What can happen while the agent runs. */
sealed interface Event {

  /** The source has something to tell. */
  record SourceChanged() implements Event {}

  /** The host's interfaces may have other addresses. */
  record AddressesChanged() implements Event {}

  /** Another program touched our rules, or may have. */
  record RulesTouched() implements Event {}

  /** Somebody wants to know something. */
  record Asked(Question<?> question) implements Event {}

  /** The agent is to end; the rules stay. */
  record Stop() implements Event {}
}
