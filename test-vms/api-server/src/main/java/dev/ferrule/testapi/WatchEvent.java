// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

/** What a watch tells of one object. */
record WatchEvent(WatchEvent.Type type, Stored object) {
  enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }
}
