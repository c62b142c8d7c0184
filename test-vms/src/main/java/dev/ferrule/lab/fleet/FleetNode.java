// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

/**
 * A node: a machine with Pods behind it. The addresses follow from its number, as in {@code
 * test-vms/guest/provision}.
 *
 * @param index 1 to 9
 */
public record FleetNode(int index, Vm vm) {

  public String name() {
    return vm.name();
  }

  public String ipv4() {
    return "10.88.0." + (10 + index);
  }

  public String ipv6() {
    return "fd00:10:88::" + (10 + index);
  }

  String podCidr4() {
    return "10.244." + index + ".0/24";
  }

  String podCidr6() {
    return "fd00:10:244:" + index + "::/64";
  }

  String podIpv4(int slot) {
    return "10.244." + index + "." + slot;
  }

  String podIpv6(int slot) {
    return "fd00:10:244:" + index + "::" + slot;
  }
}
