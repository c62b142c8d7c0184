// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What the DaemonSet says of the agent's container, so that what is tested is what is shipped. */
record PodTemplate(JsonNode security, List<String> args) {

  private static final Path FOLDER = Path.of("../packaging/kubernetes");

  /** The container as an overlay has it: base, or kubeadm. */
  static PodTemplate of(String overlay) {
    JsonNode base = agent("base");
    return new PodTemplate(
        base.path("securityContext"),
        StreamSupport.stream(agent(overlay).path("args").spliterator(), false)
            .map(JsonNode::asText)
            .toList());
  }

  private static JsonNode agent(String overlay) {
    try {
      return new YAMLMapper()
          .readTree(FOLDER.resolve(overlay).resolve("daemonset.yaml").toFile())
          .at("/spec/template/spec/containers/0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments on a node; more may follow. */
  List<String> args(String nodeName, List<String> more) {
    List<String> all =
        new ArrayList<>(args.stream().map(arg -> arg.replace("$(NODE_NAME)", nodeName)).toList());
    all.addAll(more);
    return all;
  }

  /** Gives a container these rights, and Docker's default seccomp profile as it has always. */
  void restrict(CreateContainerCmd command) {
    var host = command.getHostConfig();
    if (host == null) {
      throw new IllegalStateException("Testcontainers has made no host configuration");
    }
    host.withReadonlyRootfs(security.path("readOnlyRootFilesystem").asBoolean())
        .withCapDrop(capabilities("drop"))
        .withCapAdd(capabilities("add"))
        .withTmpFs(Map.of("/tmp", "rw,exec,size=16m"));
    if (!security.path("allowPrivilegeEscalation").asBoolean(true)) {
      host.withSecurityOpts(List.of("no-new-privileges"));
    }
  }

  private Capability[] capabilities(String which) {
    return StreamSupport.stream(security.at("/capabilities/" + which).spliterator(), false)
        .map(name -> Capability.valueOf(name.asText()))
        .toArray(Capability[]::new);
  }
}
