// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Plays scenarios of packet flows, written as data, against whatever writes the rules. */
@NullMarked
package dev.ferrule.lab.flows;

import org.jspecify.annotations.NullMarked;
