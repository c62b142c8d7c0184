// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

/** What is wrong with a Service among other Services. */
record Issue(String field, String message) {}
