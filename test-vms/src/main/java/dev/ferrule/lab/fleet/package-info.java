// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * A fleet of virtual machines, over ssh: nodes with Ferrule's package, and a client outside of
 * them. {@code test-vms/run} or {@code vagrant up} makes it.
 */
@org.jspecify.annotations.NullMarked
package dev.ferrule.lab.fleet;
