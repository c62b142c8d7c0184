// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether the kernel can have tables of iptables-legacy at all. Which there are says {@code
 * /proc/net/ip_tables_names} to root alone; that none can be is seen by anybody: each is made by a
 * module of its own.
 */
final class LegacyTables {

  /** The modules of tables, as {@code net/ipv4/netfilter/iptable_nat.c} and its like are named. */
  private static final Pattern MODULE =
      Pattern.compile("^(?:.*/)?ip6?table_[a-z]+(?:\\.ko)?(?: .*)?$", Pattern.MULTILINE);

  private LegacyTables() {}

  /**
   * False only if no such module is loaded or part of the kernel.
   *
   * @param root where {@code proc} and {@code lib} are mounted: {@code /}
   */
  static boolean mayBeThere(Path root) {
    String loaded = read(root.resolve("proc/modules"));
    if (loaded == null) {
      return true; // a kernel without modules has all that it can do built in
    }
    String release = read(root.resolve("proc/sys/kernel/osrelease"));
    // Not to be seen in a sandbox; where modules are loaded, tables are modules on all known hosts.
    String builtIn =
        release == null
            ? null
            : read(root.resolve("lib/modules/" + release.strip() + "/modules.builtin"));
    return MODULE.matcher(loaded).find() || (builtIn != null && MODULE.matcher(builtIn).find());
  }

  private static @Nullable String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null; // not there, or not for us
    }
  }
}
