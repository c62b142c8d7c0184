// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

/** One label of the objects of a namespace. */
record Label(String namespace, String key, String value) {}
