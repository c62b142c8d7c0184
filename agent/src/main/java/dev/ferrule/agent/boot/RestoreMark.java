// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.agent.source.Seal;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore leaves for the agent that comes after it. It counts in the same boot alone, so it
 * need not outlive a power failure.
 *
 * @param boot id of the boot
 * @param micros when the rules were restored
 * @param adopted whether an agent has gone on from them: from then on they may be newer than
 *     anything that is saved
 * @param awaited addresses that they count with and that no interface had
 */
record RestoreMark(String boot, long micros, boolean adopted, List<IpAddress> awaited) {

  private static final Seal SEAL = new Seal("ferrule-restored 1");
  private static final String NAME = "restored.state";

  RestoreMark {
    awaited = List.copyOf(awaited);
  }

  RestoreMark adopt() {
    return new RestoreMark(boot, micros, true, awaited);
  }

  static Path file(Path stateDirectory) {
    return stateDirectory.resolve(NAME);
  }

  /**
   * Reads it.
   *
   * @return null if there is none, or none that can be used: without one the agent goes by what it
   *     finds
   */
  static @Nullable RestoreMark read(Path stateDirectory) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file(stateDirectory));
      List<String> lines = new String(SEAL.open(bytes), StandardCharsets.US_ASCII).lines().toList();
      return new RestoreMark(
          lines.get(0),
          Long.parseLong(lines.get(1)),
          Boolean.parseBoolean(lines.get(2)),
          lines.stream().skip(3).map(IpAddress::parse).toList());
    } catch (NoSuchFileException | Seal.BrokenException e) {
      return null;
    }
  }

  void write(Path stateDirectory) throws IOException {
    List<String> lines =
        new ArrayList<>(List.of(boot, Long.toString(micros), Boolean.toString(adopted)));
    awaited.forEach(address -> lines.add(address.toString()));
    byte[] contents = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
    Path file = file(stateDirectory);
    Path half = file.resolveSibling(NAME + ".new");
    Files.write(half, SEAL.close(contents));
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
