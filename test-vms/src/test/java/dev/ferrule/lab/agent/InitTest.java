// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.NetNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code ferrule init} in a network namespace, which has timeouts of its own but no limit. */
@Tag("kernel")
class InitTest {

  private final NetNamespace host = new NetNamespace("fr" + ProcessHandle.current().pid() + "i");

  @BeforeEach
  void create() {
    NetNamespace.create(List.of(host));
  }

  @AfterEach
  void delete() {
    NetNamespace.delete(List.of(host));
  }

  @Test
  void whatIsOfTheNamespaceIsSetAndToldOnce() {
    String[] words = {
      "--conntrack-max-per-core=0",
      "--conntrack-tcp-timeout-established=1h",
      "--conntrack-tcp-timeout-close-wait=0s",
      "--conntrack-tcp-be-liberal",
      "--conntrack-udp-timeout=10s",
      "--conntrack-udp-timeout-stream=20s"
    };
    Command.Result dry = init(words, "--dry-run");
    assertThat(dry.exit()).isZero();
    assertThat(dry.output().lines()).hasSize(4);
    Command.Result first = init(words);
    assertThat(first.errors()).isEmpty();
    assertThat(first.exit()).isZero();
    assertThat(first.output()).isEqualTo(dry.output()).contains(" -> 3600\n", ": 0 -> 1\n");
    assertThat(value("nf_conntrack_tcp_timeout_established")).isEqualTo("3600");
    assertThat(value("nf_conntrack_tcp_be_liberal")).isEqualTo("1");
    assertThat(value("nf_conntrack_udp_timeout")).isEqualTo("10");
    assertThat(value("nf_conntrack_udp_timeout_stream")).isEqualTo("20");
    assertThat(init(words).output()).isEqualTo("Nothing to change.\n");
  }

  @Test
  void whatIsOfTheHostIsNamedAndTheRestIsSet() {
    Command.Result init = init(new String[] {"--conntrack-min=40000000"});
    assertThat(init.exit()).isEqualTo(1);
    assertThat(init.errors().lines()).hasSize(2);
    assertThat(init.errors())
        .contains("nf_conntrack_max to 40000000", "hashsize", "host's network namespace");
    assertThat(value("nf_conntrack_tcp_timeout_close_wait")).isEqualTo("3600");
  }

  private Command.Result init(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(launcher(), "init"));
    all.addAll(List.of(words));
    all.addAll(List.of(more));
    return host.exec(all.toArray(String[]::new));
  }

  private String value(String name) {
    return host.exec("cat", "/proc/sys/net/netfilter/" + name).output().strip();
  }

  private static String launcher() {
    return Path.of(System.getProperty("ferrule.root", "..")).resolve("ferrule").toString();
  }
}
