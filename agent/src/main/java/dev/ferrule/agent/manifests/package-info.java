// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * A folder of manifests as a source of Services. It plays the control plane of a cluster: it checks
 * objects as an API server would, gives out addresses and node ports, and finds the endpoints of
 * Services among Pods. Entry: {@link dev.ferrule.agent.manifests.ManifestFolder}.
 */
package dev.ferrule.agent.manifests;
