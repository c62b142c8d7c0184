// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class KubeProxyReaderTest {

  private static final String NAT =
      """
      *nat
      :PREROUTING ACCEPT [0:0]
      :POSTROUTING ACCEPT [0:0]
      :KUBE-KUBELET-CANARY - [0:0]
      :KUBE-MARK-DROP - [0:0]
      :KUBE-MARK-MASQ - [0:0]
      :KUBE-POSTROUTING - [0:0]
      :KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]
      :KUBE-SERVICES - [0:0]
      :KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
      -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A PREROUTING -s 192.0.2.1/32 -j RETURN
      -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
      -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "a -j TRAP" -m tcp --dport 443 -j KUBE-SVC-AAAAAAAAAAAAAAAA
      -A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-AAAAAAAAAAAAAAAA
      -A KUBE-SEP-AAAAAAAAAAAAAAAA -s 10.244.1.1/32 -j KUBE-MARK-MASQ
      -A KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000
      """;

  @Test
  void jumpsGoWithTheChainsAndTheKubeletsStay() {
    KubeProxyChains found = read(NAT + "COMMIT\n");
    assertThat(found.removal())
        .containsExactly(
            "*nat",
            ":KUBE-MARK-MASQ - [0:0]",
            ":KUBE-POSTROUTING - [0:0]",
            ":KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]",
            ":KUBE-SERVICES - [0:0]",
            ":KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]",
            "-D PREROUTING -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES",
            "-D POSTROUTING -m comment --comment \"kubernetes postrouting rules\" -j"
                + " KUBE-POSTROUTING",
            "-X KUBE-MARK-MASQ",
            "-X KUBE-POSTROUTING",
            "-X KUBE-SEP-AAAAAAAAAAAAAAAA",
            "-X KUBE-SERVICES",
            "-X KUBE-SVC-AAAAAAAAAAAAAAAA",
            "COMMIT");
    assertThat(found.dropsForwarded()).isFalse();
  }

  @Test
  void whatOthersLeadToStaysWithAllThatItNeeds() {
    KubeProxyChains found =
        read(NAT + ":KUBE-HP-AAAA - [0:0]\n-A KUBE-HP-AAAA -s 10.0.0.1/32 -j KUBE-MARK-MASQ\n");
    KubeProxyChains.Part nat = found.tables().get("nat");
    assertThat(nat).isNotNull();
    assertThat(found.removal())
        .noneMatch(line -> line.contains("KUBE-MARK-MASQ") || line.contains("KUBE-POSTROUTING"));
    assertThat(nat == null ? List.of() : nat.kept())
        .containsExactly("KUBE-MARK-MASQ", "KUBE-POSTROUTING");
    assertThat(found.chains()).isEqualTo(3);
    assertThat(found.jumps()).isEqualTo(1);
  }

  @Test
  void aTableWithoutItIsNotTouched() {
    KubeProxyChains found =
        read("*filter\n:FORWARD DROP [0:0]\n:KUBE-FIREWALL - [0:0]\n-A INPUT -j KUBE-FIREWALL\n");
    assertThat(found.isEmpty()).isTrue();
    assertThat(found.removal()).isEmpty();
    assertThat(found.dropsForwarded()).isTrue();
  }

  @Test
  void itsListsOfClientsAreThoseOfEndpoints() {
    KubeProxyChains found =
        read(
            NAT
                + "-A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -m comment --comment \"default/web:http\" -m"
                + " recent --set --name KUBE-SEP-AAAAAAAAAAAAAAAA --mask 255.255.255.255 --rsource"
                + " -m tcp -j DNAT --to-destination 10.244.1.1:8080\n");
    assertThat(found.clientLists())
        .containsExactly(
            new KubeProxyChains.ClientList(
                "KUBE-SEP-AAAAAAAAAAAAAAAA",
                "default/web:http",
                Protocol.TCP,
                new Backend(IpAddress.parse("10.244.1.1"), 8080)));
  }

  private static KubeProxyChains read(String text) {
    KubeProxyReader reader = new KubeProxyReader(IpFamily.IPV4);
    text.lines().forEach(reader::accept);
    return reader.found();
  }
}
