// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The test API server over real HTTP, and by the real kubectl. */
@NullMarked
package dev.ferrule.testapi;

import org.jspecify.annotations.NullMarked;
