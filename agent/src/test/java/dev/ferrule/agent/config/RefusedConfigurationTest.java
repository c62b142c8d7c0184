// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedConfigurationTest {

  @TempDir Path directory;

  private TriedConfiguration tried = new TriedConfiguration(Path.of(""));

  @BeforeEach
  void nameTheFile() {
    tried = new TriedConfiguration(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: ipvs|3: mode: \"ipvs\" is not a mode of Ferrule; write nftables or iptables (ipvs and"
            + " kernelspace are not offered)",
        "mode: [nftables]|3: mode is a list, not text; write nftables or iptables (ipvs and"
            + " kernelspace are not offered)",
        "nodePortAddresses: primary|3: nodePortAddresses is \"primary\", not a list of texts; write"
            + " a list of ranges like 192.168.0.0/24, or the single word primary",
        "nodePortAddresses: [primary, 10.0.0.0/8]|3: nodePortAddresses:"
            + " \"primary\" cannot stand beside ranges; write a list of ranges like 192.168.0.0/24,"
            + " or the single word primary",
        "nodePortAddresses: [null]|3: nodePortAddresses is null, not text; write a list of ranges"
            + " like 192.168.0.0/24, or the single word primary",
        "clusterCIDR: 10.0.0.0|3: clusterCIDR: \"10.0.0.0\" is not an address range like"
            + " 10.96.0.0/12; write ranges with commas between, like 10.244.0.0/16",
        "detectLocalMode: Magic|3: detectLocalMode: \"Magic\" is no way to detect Pods; write"
            + " ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix",
        "detectLocalMode: BridgeInterface|3: detectLocalMode: detectLocal.bridgeInterface is needed"
            + " with it and is empty; write ClusterCIDR, NodeCIDR, BridgeInterface or"
            + " InterfaceNamePrefix",
        "detectLocal: {bridgeInterface: a-name-of-16-let}|3: detectLocal.bridgeInterface:"
            + " \"a-name-of-16-let\" cannot be the name of an interface; write the name of an"
            + " interface, like cni0",
        "nftables: true|3: nftables is true, not a section; write its fields below it, further in",
        "nftables: {syncPeriod: 30}|3: nftables.syncPeriod is 30, not text; write a duration like"
            + " 30s, 1m30s or 24h",
        "iptables: {syncPeriod: soon}|3: iptables.syncPeriod: \"soon\" is not a duration; write a"
            + " duration like 30s, 1m30s or 24h",
        "conntrack: {min: -1}|3: conntrack.min: \"-1\" is not a whole number from 0 to 2147483647;"
            + " write a whole number, 0 or more",
        "conntrack: {min: \"5\"}|3: conntrack.min is \"5\", not a number; write a whole number, 0 or"
            + " more",
        "conntrack: {tcpBeLiberal: 1}|3: conntrack.tcpBeLiberal is 1, not true or false; write true"
            + " or false",
        "healthzBindAddress: here:80|3: healthzBindAddress: \"here:80\": \"here\" is not an IP"
            + " address; write an address and port like 0.0.0.0:10256 or [::]:10256, or off",
        "ferrule: {nodePortRange: 2-1}|3: ferrule.nodePortRange: \"2-1\": ports 2 to 1 are not a"
            + " range inside 1 to 65535; write a range like 30000-32767",
        "ferrule: {stateDirectory: state}|3: ferrule.stateDirectory: \"state\" is relative; write an"
            + " absolute path",
        "ferrule: {maxManifestSize: big}|3: ferrule.maxManifestSize: \"big\" is not a size; write a"
            + " size like 32MiB or a number of bytes",
      })
  void refusesWithPlaceValueAndWayOut(String body, String message) {
    assertThatThrownBy(() -> tried.load(body + "\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("could not use " + tried.file() + ":" + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|1: this is no configuration; start with",
        "[]|1: this is no configuration; start with",
        "kind: KubeProxyConfiguration|1: apiVersion is missing; start with",
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1|1: kind is missing; start with",
        "apiVersion: v1|1: apiVersion is \"v1\"; Ferrule reads",
      })
  void refusesOtherKindsOfFile(String text, String message) {
    assertThatThrownBy(() -> tried.loadWhole(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "could not use "
                + tried.file()
                + ":"
                + message
                + " apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration");
  }

  @Test
  void saysWhyAFileCannotBeRead() {
    assertThatThrownBy(() -> tried.loadFrom(tried.file()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "could not read "
                + tried.file()
                + ": there is no such file; give its path with --config");
    assertThatThrownBy(() -> tried.loadFrom(directory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("could not read " + directory + ": ");
    assertThatThrownBy(() -> tried.load("a: [\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("could not read " + tried.file() + ": ");
  }
}
