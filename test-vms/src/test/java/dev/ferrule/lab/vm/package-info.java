// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * Scenarios on virtual machines, each a kernel and a systemd of its own; {@code test-vms/run} plays
 * them.
 */
@org.jspecify.annotations.NullMarked
package dev.ferrule.lab.vm;
