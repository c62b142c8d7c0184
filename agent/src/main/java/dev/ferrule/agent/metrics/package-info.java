// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** What is measured, under kube-proxy's names where it has one, and its pages. */
package dev.ferrule.agent.metrics;
