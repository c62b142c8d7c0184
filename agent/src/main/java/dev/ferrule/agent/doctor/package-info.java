// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Looks at a host and says what on it stands in the way of our rules. */
package dev.ferrule.agent.doctor;
