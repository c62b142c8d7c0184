// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Element;

/**
 * An element with its counter.
 *
 * @param packets how many packets have found it; 0 in a set that does not count
 */
public record CountedElement(Element element, long packets) {}
