// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * What a service proxy knows of its cluster: Services, EndpointSlices and this Node, as immutable
 * values in the terms of the Kubernetes API.
 */
package dev.ferrule.rules.model;
