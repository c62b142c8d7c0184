// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

/**
 * A machine of the cluster. Its number says all its addresses: the first node is 192.168.0.2 and
 * gives its pods addresses out of 10.244.1.0/24 and fd00:10:244:1::/64.
 */
public record LabNode(int number, NetNamespace namespace) {

  public String name() {
    return "node" + number;
  }

  public String ipv4() {
    return "192.168.0." + (number + 1);
  }

  public String ipv6() {
    return "fd00:192:168::" + Integer.toHexString(number + 1);
  }

  public String podCidr4() {
    return "10.244." + number + ".0/24";
  }

  public String podCidr6() {
    return "fd00:10:244:" + Integer.toHexString(number) + "::/64";
  }

  String podIpv4(int slot) {
    return "10.244." + number + "." + (slot + 1);
  }

  String podIpv6(int slot) {
    return "fd00:10:244:" + Integer.toHexString(number) + "::" + Integer.toHexString(slot + 1);
  }
}
