// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.config.ConntrackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConntrackInitTest {

  private static final ConntrackSettings DEFAULTS =
      settings(32_768, 131_072, Duration.ofHours(24), Duration.ofHours(1));
  private static final ConntrackSettings NOTHING =
      settings(0, 131_072, Duration.ZERO, Duration.ZERO);

  @TempDir private Path root;

  @BeforeEach
  void system() throws IOException {
    write(KernelParameter.MAX, 65_536);
    write(KernelParameter.HASHSIZE, 16_384);
    write(KernelParameter.TCP_ESTABLISHED, 432_000);
    write(KernelParameter.TCP_CLOSE_WAIT, 60);
    write(KernelParameter.TCP_BE_LIBERAL, 0);
    write(KernelParameter.UDP, 30);
    write(KernelParameter.UDP_STREAM, 120);
    processors("0-7");
  }

  @Test
  void whatDiffersIsSetAndToldOnce() throws IOException {
    ConntrackInit.Outcome first = ConntrackInit.run(DEFAULTS, root, false);
    assertThat(first.failures()).isEmpty();
    assertThat(first.changes())
        .containsExactly(
            "net.netfilter.nf_conntrack_max: 65536 -> 262144",
            "net.netfilter.nf_conntrack_tcp_timeout_established: 432000 -> 86400",
            "net.netfilter.nf_conntrack_tcp_timeout_close_wait: 60 -> 3600",
            "/sys/module/nf_conntrack/parameters/hashsize: 16384 -> 65536");
    assertThat(read(KernelParameter.MAX)).isEqualTo("262144");
    assertThat(read(KernelParameter.HASHSIZE)).isEqualTo("65536");
    assertThat(read(KernelParameter.UDP)).isEqualTo("30");
    assertThat(ConntrackInit.run(DEFAULTS, root, false).changes()).isEmpty();
  }

  @Test
  void theLimitGrowsWithTheProcessorsBetweenTheLeastAndTheMost() throws IOException {
    processors("0");
    assertThat(max(DEFAULTS)).isEqualTo("131072");
    processors("0-3,8,10-16");
    assertThat(max(DEFAULTS)).isEqualTo("393216");
    processors("0-255");
    assertThat(max(DEFAULTS)).isEqualTo("1048576");
    assertThat(max(settings(32_768, 2_000_000, Duration.ZERO, Duration.ZERO))).isEqualTo("2000000");
  }

  @Test
  void zeroLeavesTheSystemAsItIs() {
    assertThat(ConntrackInit.run(NOTHING, root, false).changes()).isEmpty();
  }

  @Test
  void aLargerHashTableIsLeft() throws IOException {
    write(KernelParameter.HASHSIZE, 1_000_000);
    ConntrackInit.run(DEFAULTS, root, false);
    assertThat(read(KernelParameter.HASHSIZE)).isEqualTo("1000000");
  }

  @Test
  void theOptionalOnesAreSetIfTheyAreConfigured() {
    ConntrackSettings settings =
        new ConntrackSettings(
            0,
            0,
            Duration.ZERO,
            Duration.ZERO,
            true,
            Duration.ofSeconds(15),
            Duration.ofMillis(500));
    assertThat(ConntrackInit.run(settings, root, false).changes())
        .containsExactly(
            "net.netfilter.nf_conntrack_tcp_be_liberal: 0 -> 1",
            "net.netfilter.nf_conntrack_udp_timeout: 30 -> 15",
            "net.netfilter.nf_conntrack_udp_timeout_stream: 120 -> 1");
  }

  @Test
  void aDryRunTellsAndTouchesNothing() throws IOException {
    assertThat(ConntrackInit.run(DEFAULTS, root, true).changes()).hasSize(4);
    assertThat(read(KernelParameter.MAX)).isEqualTo("65536");
  }

  @Test
  void whatIsMissingIsNamedAndTheRestIsSet() throws IOException {
    Files.delete(KernelParameter.MAX.in(root));
    Files.delete(KernelParameter.TCP_ESTABLISHED.in(root));
    ConntrackInit.Outcome outcome = ConntrackInit.run(DEFAULTS, root, false);
    assertThat(outcome.failures())
        .containsExactly(
            "could not set net.netfilter.nf_conntrack_max to 262144: it is not there; load module"
                + " nf_conntrack, and run this in the host's network namespace",
            "could not set net.netfilter.nf_conntrack_tcp_timeout_established to 86400: it is not"
                + " there; load module nf_conntrack");
    assertThat(read(KernelParameter.TCP_CLOSE_WAIT)).isEqualTo("3600");
  }

  private String max(ConntrackSettings settings) throws IOException {
    ConntrackInit.run(settings, root, false);
    return read(KernelParameter.MAX);
  }

  private static ConntrackSettings settings(
      int maxPerCore, int min, Duration established, Duration closeWait) {
    return new ConntrackSettings(
        maxPerCore, min, established, closeWait, false, Duration.ZERO, Duration.ZERO);
  }

  private void processors(String online) throws IOException {
    Path file = root.resolve("sys/devices/system/cpu/online");
    Files.createDirectories(file.getParent());
    Files.writeString(file, online + "\n");
  }

  private void write(KernelParameter parameter, int value) throws IOException {
    Path file = parameter.in(root);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private String read(KernelParameter parameter) throws IOException {
    return Files.readString(parameter.in(root)).strip();
  }
}
