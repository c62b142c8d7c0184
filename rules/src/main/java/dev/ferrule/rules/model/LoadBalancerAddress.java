// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/**
 * One address of {@code status.loadBalancer.ingress}.
 *
 * @param proxied {@code ipMode: Proxy}: traffic must pass the load balancer, so the node gets no
 *     rule for the address
 */
public record LoadBalancerAddress(IpAddress address, boolean proxied) {}
