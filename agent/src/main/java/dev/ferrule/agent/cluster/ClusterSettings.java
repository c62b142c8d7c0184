// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.objects.ReadingSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a cluster is followed.
 *
 * @param nodeName of this node; the Node object of that name is this node's
 * @param stateDirectory where the last known state is kept over a restart
 * @param silence a watch that says nothing for so long is renewed; a server sends bookmarks each
 *     minute
 */
public record ClusterSettings(
    Access access,
    String nodeName,
    Path stateDirectory,
    Duration silence,
    ReadingSettings reading) {}
