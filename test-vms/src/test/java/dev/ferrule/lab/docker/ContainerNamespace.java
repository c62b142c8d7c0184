// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.GenericContainer;

/** The network namespace of a running container under a name, for sockets of the lab in it. */
record ContainerNamespace(NetNamespace namespace) implements AutoCloseable {

  static ContainerNamespace of(GenericContainer<?> container) {
    InspectContainerResponse.ContainerState state = container.getCurrentContainerInfo().getState();
    String name = DockerEngine.NAMESPACE + "-" + container.getContainerId().substring(0, 12);
    try {
      Files.createSymbolicLink(
          Path.of("/run/netns", name), Path.of("/proc/" + state.getPidLong() + "/ns/net"));
    } catch (IOException e) {
      throw new LabException("could not name the network namespace of " + name, e);
    }
    return new ContainerNamespace(new NetNamespace(name));
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(Path.of("/run/netns", namespace.name()));
    } catch (IOException e) {
      throw new LabException("could not take the name of " + namespace.name() + " away", e);
    }
  }
}
