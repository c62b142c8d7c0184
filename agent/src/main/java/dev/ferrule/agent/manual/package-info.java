// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What a package lays beside the program, made from its commands and settings. */
package dev.ferrule.agent.manual;
