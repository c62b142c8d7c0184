// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * What an administrator can set: read from a KubeProxyConfiguration file and from flags into one
 * immutable {@link dev.ferrule.agent.config.Configuration}.
 *
 * <p>{@code Settings} is the table of all of them. The file, the flags, the warnings and the page
 * docs/configuration.md all follow from it.
 */
package dev.ferrule.agent.config;
