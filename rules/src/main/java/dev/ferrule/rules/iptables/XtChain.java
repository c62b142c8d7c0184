// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.util.List;

/**
 * A chain with its rules.
 *
 * @param name at most 28 characters
 */
public record XtChain(String name, List<XtRule> rules) {

  /** What the names of all our chains begin with, and of nobody else's. */
  public static final String PREFIX = "FERRULE-";

  /** XT_EXTENSION_MAXNAMELEN without its end (linux/netfilter/x_tables.h). */
  public static final int MAX_NAME = 28;

  public XtChain {
    rules = List.copyOf(rules);
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(name + " is no name of a chain: 1 to 28 characters");
    }
  }
}
