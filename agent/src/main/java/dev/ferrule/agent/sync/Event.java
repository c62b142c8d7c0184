// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

/** What can happen while the agent runs. */
sealed interface Event {

  /** A manifest file was completed or removed. */
  record FileChanged(String name) implements Event {}

  /** Nobody knows which files changed: look at all. */
  record FolderChanged() implements Event {}

  /** The host's interfaces may have other addresses. */
  record AddressesChanged() implements Event {}

  /** The agent is to end; the rules stay. */
  record Stop() implements Event {}
}
