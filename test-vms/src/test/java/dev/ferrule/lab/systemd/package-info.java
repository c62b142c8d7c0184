// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The service of systemd as an operator has it: a Debian machine whose init is systemd owns the
 * network namespace of a node, and Ferrule is installed in it.
 */
@org.jspecify.annotations.NullMarked
package dev.ferrule.lab.systemd;
