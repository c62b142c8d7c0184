// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * A stand-in for kube-apiserver, for tests of what watches Services. {@link
 * dev.ferrule.testapi.ApiServer} starts one in a test, {@link dev.ferrule.testapi.Main} one as a
 * process.
 *
 * <p>It does what the page <i>Kubernetes API Concepts</i> says of a real one, over HTTP or TLS:
 * create, get, list, update, patch and delete of the resources in {@link
 * dev.ferrule.testapi.Resource}; one counter of versions; lists with pages of one version, with
 * label and field selectors, and as tables; watches from any version since the last compaction,
 * with bookmarks and 410; Services completed with addresses and node ports; the status subresource;
 * the discovery that {@code kubectl} needs. Besides, {@link dev.ferrule.testapi.Faults} makes
 * anything go wrong.
 *
 * <p>It does not do: controllers (nobody makes EndpointSlices), graceful deletion and finalizers,
 * server-side apply, OpenAPI (so {@code kubectl apply} needs {@code --validate=false}), protobuf,
 * WebSockets, tables in watches, rights (who is known may do everything, except what a fault
 * forbids), validation beyond what a proxy would notice. Addresses come from one ServiceCIDR, in
 * order and not at random.
 *
 * <p>To read it, begin with {@code Store} and {@code Change}, then {@code Registry}, {@code
 * ListAnswer} and {@code WatchStream}; {@code HttpApi} joins them.
 */
@NullMarked
package dev.ferrule.testapi;

import org.jspecify.annotations.NullMarked;
