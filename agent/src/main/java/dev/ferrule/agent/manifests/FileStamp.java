// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What tells whether a file is still the one that was read. */
record FileStamp(Object inode, long size, FileTime modified, FileTime changed) {

  /** Within this time of a change the clock of the file system may not tell a second one apart. */
  private static final long UNSURE_MILLIS = 1_000;

  /** The stamp of a file, or null if it is gone or changed so lately that it may change unseen. */
  static @Nullable FileStamp of(Path path) {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:ino,size,lastModifiedTime,ctime");
      FileTime changed = (FileTime) attributes.get("ctime");
      FileTime modified = (FileTime) attributes.get("lastModifiedTime");
      Object inode = attributes.get("ino");
      Object size = attributes.get("size");
      if (changed == null || modified == null || inode == null || !(size instanceof Long bytes)) {
        return null;
      }
      boolean sure = changed.toMillis() < System.currentTimeMillis() - UNSURE_MILLIS;
      return sure ? new FileStamp(inode, bytes, modified, changed) : null;
    } catch (IOException | UnsupportedOperationException e) {
      // Whoever reads the file will say what is wrong with it.
      return null;
    }
  }
}
