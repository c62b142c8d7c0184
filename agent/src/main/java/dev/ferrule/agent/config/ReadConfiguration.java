// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

/**
 * A configuration as it was read at one moment.
 *
 * @param written what it was made of
 */
public record ReadConfiguration(Configuration configuration, WrittenSettings written) {}
