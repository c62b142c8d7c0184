// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

/**
 * One element of a set or map.
 *
 * @param comment shown by {@code nft list}; the Service port it stands for, or empty. At most 127
 *     bytes of UTF-8 reach the kernel (nft reads no more)
 */
public record Element(ElementKey key, ElementValue value, String comment) {

  public static Element of(ElementKey key, ElementValue value) {
    return new Element(key, value, "");
  }
}
