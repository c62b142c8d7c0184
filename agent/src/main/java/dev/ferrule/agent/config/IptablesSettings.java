// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.kernel.IptablesVariant;
import org.jspecify.annotations.Nullable;

/**
 * What counts in mode iptables alone.
 *
 * @param variant which iptables writes the rules; null: the one that this host uses
 * @param masqueradeBit bit of the packet's mark that asks for masquerade, 0 to 31
 * @param localhostNodePorts whether NodePorts are open on 127.0.0.1 as well
 */
public record IptablesSettings(
    @Nullable IptablesVariant variant, int masqueradeBit, boolean localhostNodePorts) {}
