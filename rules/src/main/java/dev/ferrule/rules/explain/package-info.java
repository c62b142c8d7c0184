// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Where a connection goes and why, read off the forwarding table. */
package dev.ferrule.rules.explain;
