// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import java.nio.file.Path;

/**
 * A setting of the kernel that is a file.
 *
 * @param name as an administrator knows it: {@code net.netfilter.nf_conntrack_max}
 * @param file below the root of the file system
 * @param ofHost whether it is one for the whole host, not one for each network namespace
 */
record KernelParameter(String name, String file, boolean ofHost) {

  static final KernelParameter MAX = netfilter("nf_conntrack_max", true);
  static final KernelParameter HASHSIZE =
      new KernelParameter(
          "/sys/module/nf_conntrack/parameters/hashsize",
          "sys/module/nf_conntrack/parameters/hashsize",
          true);
  static final KernelParameter TCP_ESTABLISHED =
      netfilter("nf_conntrack_tcp_timeout_established", false);
  static final KernelParameter TCP_CLOSE_WAIT =
      netfilter("nf_conntrack_tcp_timeout_close_wait", false);
  static final KernelParameter TCP_BE_LIBERAL = netfilter("nf_conntrack_tcp_be_liberal", false);
  static final KernelParameter UDP = netfilter("nf_conntrack_udp_timeout", false);
  static final KernelParameter UDP_STREAM = netfilter("nf_conntrack_udp_timeout_stream", false);

  private static KernelParameter netfilter(String name, boolean ofHost) {
    return new KernelParameter("net.netfilter." + name, "proc/sys/net/netfilter/" + name, ofHost);
  }

  Path in(Path root) {
    return root.resolve(file);
  }
}
