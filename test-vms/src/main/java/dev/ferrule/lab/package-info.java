// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** A lab of network namespaces with real packets, used by the tests and by the demo. */
package dev.ferrule.lab;
