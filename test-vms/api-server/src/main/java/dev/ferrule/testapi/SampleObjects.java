// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Services and EndpointSlices in any number, with the labels, annotations and references that
 * controllers write. Service i is {@code bench-i} in namespace {@code ns-(i % 50)}.
 */
public final class SampleObjects {

  private static final int NAMESPACES = 50;
  private static final int NODES = 5000;
  private static final int ENDPOINTS_PER_SLICE = 100;

  private SampleObjects() {}

  /**
   * Each Service with one port, followed by its slices.
   *
   * @param services how many, from 0
   * @param endpoints of each Service, from 0; a slice has at most 100
   */
  public static Iterable<ObjectNode> services(int services, int endpoints) {
    return () -> objects(services, endpoints);
  }

  private static Iterator<ObjectNode> objects(int services, int endpoints) {
    return IntStream.range(0, services)
        .boxed()
        .flatMap(
            i ->
                Stream.concat(
                    Stream.of(service(i)),
                    IntStream.range(0, (endpoints + ENDPOINTS_PER_SLICE - 1) / ENDPOINTS_PER_SLICE)
                        .mapToObj(slice -> slice(i, slice, endpoints))))
        .iterator();
  }

  private static String name(int service) {
    return "bench-" + padded(service, 5, 10);
  }

  private static String padded(int number, int width, int radix) {
    String digits = Integer.toString(number, radix);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static ObjectNode service(int i) {
    ObjectNode service = Json.object().put("kind", "Service").put("apiVersion", "v1");
    ObjectNode metadata = service.putObject("metadata");
    metadata.put("name", name(i)).put("namespace", "ns-" + i % NAMESPACES);
    labels(metadata, i);
    ObjectNode spec = service.putObject("spec");
    spec.putArray("ports").addObject().put("name", "http").put("port", 80).put("targetPort", 8080);
    spec.putObject("selector").put("app.kubernetes.io/name", name(i));
    return service;
  }

  private static void labels(ObjectNode metadata, int i) {
    metadata
        .withObject("/labels")
        .put("app.kubernetes.io/name", name(i))
        .put("app.kubernetes.io/part-of", "bench");
  }

  private static ObjectNode slice(int i, int number, int endpoints) {
    ObjectNode slice =
        Json.object().put("kind", "EndpointSlice").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = slice.putObject("metadata");
    metadata
        .put("name", name(i) + "-" + padded(number, 5, 10))
        .put("generateName", name(i) + "-")
        .put("namespace", "ns-" + i % NAMESPACES);
    labels(metadata, i);
    metadata
        .withObject("/labels")
        .put("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
        .put("kubernetes.io/service-name", name(i));
    metadata
        .putObject("annotations")
        .put("endpoints.kubernetes.io/last-change-trigger-time", "2026-01-01T00:00:00Z");
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("blockOwnerDeletion", true)
        .put("controller", true)
        .put("kind", "Service")
        .put("name", name(i))
        .put("uid", new UUID(0, i).toString());
    slice.put("addressType", "IPv4");
    slice
        .putArray("ports")
        .addObject()
        .put("name", "http")
        .put("port", 8080)
        .put("protocol", "TCP");
    int first = number * ENDPOINTS_PER_SLICE;
    for (int e = first; e < Math.min(endpoints, first + ENDPOINTS_PER_SLICE); e++) {
      endpoint(slice.withArray("/endpoints").addObject(), i, i * endpoints + e);
    }
    return slice;
  }

  private static void endpoint(ObjectNode endpoint, int service, int pod) {
    int host = pod % 0xfffffe + 1;
    endpoint
        .putArray("addresses")
        .add("10." + (host >> 16) + "." + ((host >> 8) & 0xff) + "." + (host & 0xff));
    endpoint
        .putObject("conditions")
        .put("ready", true)
        .put("serving", true)
        .put("terminating", false);
    endpoint.put("nodeName", "node-" + padded(pod % NODES, 4, 10));
    endpoint
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("name", name(service) + "-7c5ddbdf54-" + padded(pod, 6, 16))
        .put("namespace", "ns-" + service % NAMESPACES)
        .put("uid", new UUID(1, pod).toString());
    endpoint.put("zone", "zone-" + (char) ('a' + pod % 3));
  }
}
