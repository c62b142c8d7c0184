// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What the kernel does with the first packet of a connection, read off its tables alone. */
package dev.ferrule.rules.trace;
