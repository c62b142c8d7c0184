// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Questions where a connection goes, and their answers. */
package dev.ferrule.agent.explain;
