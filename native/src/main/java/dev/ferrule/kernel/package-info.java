// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The only code that talks to the kernel: netlink, inotify and network namespaces through jnr-ffi,
 * and iptables through its own programs.
 *
 * <p>Public is what the agent needs: {@link dev.ferrule.kernel.NftablesKernel}, {@link
 * dev.ferrule.kernel.Iptables}, {@link dev.ferrule.kernel.Conntrack}, {@link
 * dev.ferrule.kernel.FolderWatch}, {@link dev.ferrule.kernel.HostAddresses} and {@link
 * dev.ferrule.kernel.NetworkNamespace}. Inside, all is pure but for the sockets: {@code
 * NetlinkWriter}, {@code AttributeReader} and {@code MessageReader} know the wire format; {@code
 * RuleEncoder} turns statements into {@code Expression}s and {@code RuleDecoder} back; {@code
 * BatchEncoder} and {@code TableReader} do the same for whole transactions and tables. System calls
 * are made by {@code NetlinkSocket}, {@code Waiter}, {@code Poll} and the public classes, through
 * {@code Libc}.
 *
 * <p>Start Java with {@code -Dferrule.netlink.debug=true} to see each message.
 */
package dev.ferrule.kernel;
