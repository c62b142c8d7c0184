// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Kernel settings of one namespace. /proc/sys/net shows the namespace of the thread that opens it.
 */
final class Sysctl {
  private Sysctl() {}

  static void set(NetNamespace namespace, Map<String, String> settings) {
    try {
      NamespaceThread.once(
          namespace,
          () -> {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
              Files.writeString(
                  Path.of("/proc/sys/net", setting.getKey().split("/", -1)), setting.getValue());
            }
            return settings;
          });
    } catch (Exception e) {
      throw new LabException("could not set " + settings + " in " + namespace.name(), e);
    }
  }
}
