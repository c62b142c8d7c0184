// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.NetNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Chromium without a window. What it loads comes from a namespace that has no way out. */
final class Browser {

  /** Virtual: the browser's clock runs ahead while nothing is loading. */
  private static final int MILLIS_ON_THE_PAGE = 12_000;

  private final NetNamespace namespace;
  private final Path profile;

  Browser(NetNamespace namespace, Path profile) {
    this.namespace = namespace;
    this.profile = profile;
  }

  /**
   * A page after some seconds of looking at it.
   *
   * @param document what its scripts have made of it
   * @param console what the browser had to say of it, one message a line
   */
  record Seen(String document, List<String> console) {}

  /** Opens a page. */
  Seen open(String address) {
    Command.Result result = run(List.of("--dump-dom"), address);
    return new Seen(
        result.output(),
        result.errors().lines().filter(line -> line.contains(":CONSOLE")).toList());
  }

  /** Opens a page and paints it into a PNG file. */
  void paint(String address, Path file, int width, int height) {
    run(List.of("--screenshot=" + file, "--window-size=" + width + "," + height), address);
  }

  private Command.Result run(List<String> what, String address) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "timeout",
                "--kill-after=5",
                "100",
                "chromium",
                "--headless=new",
                "--no-sandbox", // its sandbox is not for root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--no-first-run",
                "--enable-logging=stderr",
                "--user-data-dir=" + profile,
                "--virtual-time-budget=" + MILLIS_ON_THE_PAGE));
    words.addAll(what);
    words.add(address);
    Command.Result result = Command.run(namespace.command(words));
    if (result.exit() != 0) {
      throw new AssertionError("chromium ended with " + result.exit() + ": " + result.said());
    }
    return result;
  }
}
