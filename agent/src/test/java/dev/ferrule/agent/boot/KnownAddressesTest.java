// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.source.Seal;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownAddressesTest {

  private static final List<IpAddress> ADDRESSES =
      List.of(IpAddress.parse("192.168.0.2"), IpAddress.parse("fd00:192:168::2"));

  @TempDir private Path directory;

  private KnownAddresses file() {
    return new KnownAddresses(directory);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    assertThat(file().read()).isEmpty();
    file().write(ADDRESSES);
    assertThat(file().read()).isEqualTo(ADDRESSES);
    file().write(List.of());
    assertThat(file().read()).isEmpty();
  }

  @Test
  void whatIsDamagedAnywhereIsNotUsed() throws IOException {
    file().write(ADDRESSES);
    byte[] whole = Files.readAllBytes(file().file());
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 1;
      assertRefused(flipped);
      assertRefused(Arrays.copyOf(whole, i));
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1));
  }

  @Test
  void anotherVersionIsNotUsed() throws IOException {
    byte[] next = new Seal("ferrule-addresses 2").close(new byte[0]);
    assertRefused(next, "is not a state that this version can read");
  }

  @Test
  void whatIsNoAddressIsNamed() throws IOException {
    byte[] line = "eth0\n".getBytes(StandardCharsets.US_ASCII);
    assertRefused(new Seal("ferrule-addresses 1").close(line), "eth0");
  }

  private void assertRefused(byte[] bytes) throws IOException {
    assertRefused(bytes, "is ");
  }

  private void assertRefused(byte[] bytes, String why) throws IOException {
    Files.write(file().file(), bytes);
    assertThatThrownBy(() -> file().read())
        .isInstanceOf(Seal.BrokenException.class)
        .hasMessageContaining(why);
  }
}
