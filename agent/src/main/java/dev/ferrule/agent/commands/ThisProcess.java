// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.status.StatusReport;
import dev.ferrule.kernel.HostTables;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What runs here. */
final class ThisProcess {

  /** Asked for once, as that starts a program; null until then. */
  private static final AtomicReference<@Nullable String> NFT = new AtomicReference<>();

  private ThisProcess() {}

  private static String versionOfNft() {
    String known = NFT.get();
    if (known == null) {
      try {
        known = HostTables.versionOfNft().replaceFirst("^nftables +v?", "").replaceFirst(" .*", "");
      } catch (KernelException e) {
        known = ""; // it is only for reading the rules
      }
      NFT.set(known);
    }
    return known;
  }

  static StatusReport.Identity identity(
      Configuration configuration, @Nullable IptablesVariant variant, String source) {
    return new StatusReport.Identity(
        version(),
        System.getProperty("java.version", ""),
        System.getProperty("os.version", ""),
        variant == null ? configuration.mode().text() : "iptables-" + variant.text(),
        versionOfNft(),
        source,
        configuration.hostnameOverride(),
        ProcessHandle.current().pid());
  }

  /** Ferrule's version. */
  static String version() {
    String version = ThisProcess.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  /** Memory in use, in bytes; 0 if the kernel does not tell. */
  static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0; // no /proc here
    }
    return 0;
  }
}
