// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.agent.source.Seal;
import dev.ferrule.agent.source.StateFile;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The addresses that this host's interfaces were last known to have, one a line in a file of the
 * state directory: before the network is configured nobody else can tell them.
 */
public final class KnownAddresses {

  private static final Seal SEAL = new Seal("ferrule-addresses 1");

  private final Path file;

  /**
   * @param stateDirectory need not be there
   */
  public KnownAddresses(Path stateDirectory) {
    this.file = stateDirectory.resolve("addresses.state");
  }

  /** The file, for messages. */
  public Path file() {
    return file;
  }

  /**
   * Reads them; none if there is no file.
   *
   * @throws Seal.BrokenException if there is one that cannot be used; the message says why
   */
  public List<IpAddress> read() throws Seal.BrokenException, IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    String lines = new String(SEAL.open(bytes), StandardCharsets.US_ASCII);
    try {
      return lines.lines().map(IpAddress::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new Seal.BrokenException("is damaged: " + e.getMessage());
    }
  }

  /** Replaces the file in one step. */
  void write(List<IpAddress> addresses) throws IOException {
    String lines = addresses.stream().map(address -> address + "\n").collect(Collectors.joining());
    StateFile.replace(
        file, out -> out.write(SEAL.close(lines.getBytes(StandardCharsets.US_ASCII))));
  }

  void removeLeftover() throws IOException {
    StateFile.removeLeftover(file);
  }
}
