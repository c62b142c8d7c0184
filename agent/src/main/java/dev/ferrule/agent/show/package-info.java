// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Services and endpoints as text, in the columns and layout of kubectl. */
package dev.ferrule.agent.show;
