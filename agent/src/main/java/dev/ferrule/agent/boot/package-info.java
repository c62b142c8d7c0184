// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What a node knows of itself when it boots, before its network is up. */
package dev.ferrule.agent.boot;
