// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * From Services and endpoints to the forwarding table: what happens to a connection to each address
 * and port, free of any kernel's notation.
 */
package dev.ferrule.rules.compile;
