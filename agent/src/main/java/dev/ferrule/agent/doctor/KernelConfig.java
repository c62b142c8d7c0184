// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The options that a kernel was built with.
 *
 * @param file where they are written
 * @param options with {@code y} or {@code m}
 */
record KernelConfig(String file, Map<String, String> options) {

  KernelConfig {
    options = Map.copyOf(options);
  }

  /** Null if they are written nowhere. */
  static @Nullable KernelConfig read(Host host) throws IOException {
    Path running = host.root().resolve("proc/config.gz");
    if (Files.isReadable(running)) {
      try (InputStream in =
          new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(running)))) {
        return new KernelConfig(
            "/proc/config.gz", parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    String file = "boot/config-" + host.text("proc/sys/kernel/osrelease");
    String text = host.text(file);
    return text == null ? null : new KernelConfig("/" + file, parse(text));
  }

  static Map<String, String> parse(String text) {
    Map<String, String> options = new HashMap<>();
    text.lines()
        .filter(line -> line.matches("CONFIG_\\w+=[ym]"))
        .forEach(
            line ->
                options.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return options;
  }
}
