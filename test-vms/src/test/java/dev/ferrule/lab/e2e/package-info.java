// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * What the end-to-end tests of Kubernetes ask of Services, played in a lab of two nodes. Each test
 * shows the title of its twin in kubernetes/kubernetes test/e2e/network.
 *
 * <p>Not here, because a proxy has no part in it:
 *
 * <ul>
 *   <li><i>should provide secure master service</i>: an object that the API server makes
 *   <li><i>should complete a service status lifecycle</i>, <i>should delete a collection of
 *       services</i>, <i>should find a service from listing all namespaces</i>, <i>should test the
 *       lifecycle of an Endpoint</i>: verbs of the API
 *   <li><i>should prevent NodePort collisions</i>, <i>should check NodePort out-of-range</i>: the
 *       API server refuses the object
 *   <li>EndpointSlice, EndpointSliceMirroring: controllers make those objects
 *   <li>HostPort, Granular Checks of Pods, DNS, the proxy subresource: the kubelet's network
 *       plugin, the DNS server and the API server
 * </ul>
 *
 * <p>Elsewhere: SCTP is played by the scenarios of {@code lab.flows}, since many kernels have no
 * SCTP sockets, and one NodePort number for several protocols and Services; a source that goes away
 * and comes back, which is <i>should work after restarting apiserver</i>, in {@code
 * lab.agent.FolderFaultsTest}. The iptables mode's NFAcct metric and NodePorts on localhost do not
 * exist in the nftables mode.
 */
@NullMarked
package dev.ferrule.lab.e2e;

import org.jspecify.annotations.NullMarked;
