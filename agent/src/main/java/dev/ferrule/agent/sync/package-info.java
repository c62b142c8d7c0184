// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Keeps the kernel's tables as the source says: one thread from manifest to commit. */
package dev.ferrule.agent.sync;
