// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

/**
 * Something of the kernel that our rules need.
 *
 * @param what as a message calls it: {@code expression fib for IPv6}
 * @param option the kernel's configuration option: {@code CONFIG_NFT_FIB_IPV6}
 * @param module the module that has it, if it is one: {@code nft_fib_ipv6}
 */
public record KernelFeature(String what, String option, String module) {

  /** A feature that the kernel refused, and how. */
  public record Lack(KernelFeature feature, String answer) {}

  /** {@code expression fib for IPv6 (option CONFIG_NFT_FIB_IPV6, module nft_fib_ipv6)}. */
  @Override
  public String toString() {
    return what + " (option " + option + ", module " + module + ")";
  }
}
