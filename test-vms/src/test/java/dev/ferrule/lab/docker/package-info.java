// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The container image in a real Docker engine, with the rights that the DaemonSet gives it and no
 * others: a node is a container that owns a network namespace, and the agent comes and goes in it.
 */
@org.jspecify.annotations.NullMarked
package dev.ferrule.lab.docker;
