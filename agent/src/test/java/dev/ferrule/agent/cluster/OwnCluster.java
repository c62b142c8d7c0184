// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;

/** The test API server in this process. */
final class OwnCluster implements AnyCluster {

  private final TestCluster cluster;

  OwnCluster(Path directory) throws IOException {
    cluster = TestCluster.start(directory);
  }

  @Override
  public String namespace() {
    return "default";
  }

  @Override
  public String node() {
    return TestCluster.NODE;
  }

  @Override
  public FollowedCluster follow() {
    return cluster.follow();
  }

  @Override
  public void create(Resource resource, ObjectNode object) {
    cluster.server.create(object);
  }

  @Override
  public void patch(Resource resource, String name, String mergePatch) {
    cluster.server.patch(resource, resource.namespaced() ? namespace() : "", name, mergePatch);
  }

  @Override
  public void delete(Resource resource, String name) {
    cluster.server.delete(resource, resource.namespaced() ? namespace() : "", name);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
