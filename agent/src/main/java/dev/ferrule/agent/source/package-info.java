// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Where Services come from: what a folder of manifests and an API server have in common. */
package dev.ferrule.agent.source;
