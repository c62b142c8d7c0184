// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/**
 * Interfaces on which packets of this node's Pods come in.
 *
 * @param name the interface, or what the names of all of them begin with; 1 to 15 bytes
 * @param prefix whether it is only the beginning of the name
 */
public record PodInterface(String name, boolean prefix) {

  /** IFNAMSIZ of linux/if.h without the final zero. */
  private static final int MAX_LENGTH = 15;

  public PodInterface {
    if (name.isEmpty() || name.length() > MAX_LENGTH || !name.matches("[!-~&&[^*\"/]]+")) {
      throw new IllegalArgumentException("\"" + name + "\" is not the name of an interface");
    }
  }

  /** Whether it is the interface, or one of those. */
  public boolean matches(String other) {
    return prefix ? other.startsWith(name) : other.equals(name);
  }

  /** {@code cni0}, or {@code veth*} for a prefix. */
  @Override
  public String toString() {
    return prefix ? name + "*" : name;
  }
}
