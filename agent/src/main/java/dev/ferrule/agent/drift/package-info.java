// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What other programs do to our rules, and how often and how soon that is put right. */
@NullMarked
package dev.ferrule.agent.drift;

import org.jspecify.annotations.NullMarked;
