// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import org.jspecify.annotations.Nullable;

/**
 * What came of reading a file. A file that has neither contents nor a failure is gone.
 *
 * @param contents null if it could not be read
 * @param failure why it could not be read
 * @param stamp of the file before it was read, if it may be relied on
 */
record FileOutcome(
    String file,
    @Nullable FileContents contents,
    @Nullable String failure,
    @Nullable FileStamp stamp) {

  boolean gone() {
    return contents == null && failure == null;
  }
}
