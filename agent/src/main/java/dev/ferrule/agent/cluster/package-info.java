// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * A Kubernetes API server as a source of Services. Each kind of object is listed and watched by a
 * thread of its own ({@link dev.ferrule.agent.cluster.Follower}), which puts what it reads into the
 * one catalog that is kept of it ({@link dev.ferrule.agent.cluster.ClusterCatalog}). Entry: {@link
 * dev.ferrule.agent.cluster.ClusterSource}.
 *
 * <p>Lists and watches are read as streams, object by object, and reduced before they are kept:
 * memory follows what is kept and not what is sent. The semantics are those of the Kubernetes API
 * concepts (resource versions, bookmarks, 410 Gone).
 */
package dev.ferrule.agent.cluster;
