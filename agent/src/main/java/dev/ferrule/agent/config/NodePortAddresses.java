// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import java.util.List;

/**
 * The node's addresses on which NodePorts are open.
 *
 * @param primary whether only the Node object's own address of each family counts
 * @param ranges node addresses inside them count, unless {@code primary}; a family without a range
 *     in the list is unrestricted
 */
public record NodePortAddresses(boolean primary, List<Cidr> ranges) {

  /** The default in mode nftables. */
  public static final NodePortAddresses PRIMARY = new NodePortAddresses(true, List.of());

  /** The default in mode iptables. */
  public static final NodePortAddresses ALL = new NodePortAddresses(false, List.of());

  private static final String PRIMARY_WORD = "primary";

  public NodePortAddresses {
    ranges = List.copyOf(ranges);
    if (primary && !ranges.isEmpty()) {
      throw new IllegalArgumentException("\"" + PRIMARY_WORD + "\" cannot stand beside ranges");
    }
  }

  static NodePortAddresses parse(List<String> texts) {
    boolean primary = texts.contains(PRIMARY_WORD);
    List<Cidr> ranges =
        texts.stream().filter(text -> !text.equals(PRIMARY_WORD)).map(Cidr::parse).toList();
    return new NodePortAddresses(primary, ranges);
  }
}
