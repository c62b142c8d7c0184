// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/**
 * When a Pod or Service changed for which a slice was written, as the control plane notes it in the
 * annotation {@code endpoints.kubernetes.io/last-change-trigger-time}.
 *
 * @param family of the slice
 * @param at milliseconds since 1970
 */
public record EndpointTrigger(ObjectName service, IpFamily family, long at) {}
