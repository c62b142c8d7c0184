// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What helps somebody else to find out what is wrong on this host, without its secrets. */
package dev.ferrule.agent.support;
