// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A cluster for tests in which nothing goes wrong: the test API server, or the one that {@code
 * FERRULE_TEST_KUBECONFIG} names. There, all is done in a namespace of its own, and undone.
 */
interface AnyCluster extends AutoCloseable {

  YAMLMapper YAML = new YAMLMapper();

  static AnyCluster open(Path directory) throws Exception {
    @Nullable String kubeconfig = System.getenv("FERRULE_TEST_KUBECONFIG");
    return kubeconfig == null
        ? new OwnCluster(directory)
        : RemoteCluster.open(Path.of(kubeconfig), directory);
  }

  /** Where the objects of the test are. */
  String namespace();

  /** The Node of this node, which is there. */
  String node();

  FollowedCluster follow();

  void create(Resource resource, ObjectNode object) throws Exception;

  /** By a merge patch. */
  void patch(Resource resource, String name, String mergePatch) throws Exception;

  void delete(Resource resource, String name) throws Exception;

  default void service(String name, int port) throws Exception {
    create(Resource.SERVICES, read(Texts.service(name, port)));
  }

  default void slice(String name, String service, String... addresses) throws Exception {
    create(Resource.ENDPOINTSLICES, read(Texts.slice(name, service, addresses)));
  }

  default ObjectName name(String name) {
    return new ObjectName(namespace(), name);
  }

  private static ObjectNode read(String text) throws IOException {
    return (ObjectNode) YAML.readTree(text);
  }

  @Override
  void close() throws IOException;
}
