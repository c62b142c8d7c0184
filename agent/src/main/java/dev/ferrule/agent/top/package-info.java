// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Which Services get new connections now, and how many. */
@NullMarked
package dev.ferrule.agent.top;

import org.jspecify.annotations.NullMarked;
