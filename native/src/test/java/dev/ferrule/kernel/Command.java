// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs a program in the network namespace of the calling thread. */
final class Command {

  private static final Pattern ELEMENTS = Pattern.compile("elements = \\{(.*?) }", Pattern.DOTALL);

  private Command() {}

  /** Its output; fails if it does. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** Loads rules in nft's syntax. */
  static void nft(String rules) throws IOException, InterruptedException {
    Path file = Files.createTempFile("rules", ".nft");
    try {
      Files.writeString(file, rules);
      run("nft", "-f", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /** Carries out many commands of conntrack-tools at once. */
  static void conntrack(String commands) throws IOException, InterruptedException {
    Path file = Files.createTempFile("entries", ".conntrack");
    try {
      Files.writeString(file, commands);
      run("conntrack", "-R", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /** The rules as nft lists them, but with the elements of each set in the order of their text. */
  static String nftListing() throws IOException, InterruptedException {
    return sorted(run("nft", "list", "ruleset"));
  }

  /** Our table in that way. */
  static String nftTable(String family) throws IOException, InterruptedException {
    return sorted(run("nft", "list", "table", family, "ferrule"));
  }

  private static String sorted(String listing) {
    return ELEMENTS
        .matcher(listing)
        .replaceAll(
            match ->
                Arrays.stream(match.group(1).trim().split(",\\s+"))
                    .sorted()
                    .collect(Collectors.joining(",\n\t\t\t     ", "elements = { ", " }")));
  }
}
